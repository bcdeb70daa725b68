// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.junit5;

import dev.contextvars.Context;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestInstantiationAwareExtension;

/**
 * Runs each test in its own {@link Context}, so that no test sees variables that another one has
 * set.
 *
 * <pre>
 * {@literal @}ExtendWith(ContextVarsExtension.class)
 * class OrderTest {
 *   static final ContextVar&lt;String&gt; TENANT = new ContextVar&lt;&gt;("tenant", "nobody");
 *
 *   {@literal @}BeforeEach
 *   void setTenant() {
 *     TENANT.set("acme"); // in the context of the test, and in no other
 *   }
 *
 *   {@literal @}Test
 *   void usesTheTenant(Context context) {
 *     assertEquals("acme", TENANT.get());
 *     assertEquals("acme", context.get(TENANT));
 *   }
 * }
 * </pre>
 *
 * <p>JUnit also finds the extension on the class path, if the configuration parameter {@code
 * junit.jupiter.extensions.autodetection.enabled} is {@code true}.
 *
 * <ul>
 *   <li>A class has a new Context, in which {@code @BeforeAll} and {@code @AfterAll} run. A nested
 *       class has a copy of the Context of the class around it.
 *   <li>A test, a repetition and an invocation of a parameterized test each have a copy of the
 *       class's Context. The constructor, {@code @BeforeEach}, the test and {@code @AfterEach} run
 *       in it. With the lifecycle {@code PER_CLASS}, the constructor runs in the class's Context.
 *   <li>A dynamic test has a copy of the Context of its factory.
 *   <li>A parameter of type {@code Context} is the Context in which the method runs.
 *   <li>Callbacks of other extensions, such as {@code BeforeEachCallback}, run outside.
 * </ul>
 *
 * <h2>Leaks</h2>
 *
 * <p>If the thread already has a current Context with values when a method of a test begins, the
 * test fails with an AssertionError that names the variables, and the thread is cleaned. The method
 * does not run, unless it is {@code @AfterEach} or {@code @AfterAll}. The configuration parameter
 * {@code contextvars.junit.leaks} with the value {@code ignore} switches this check off; {@code
 * fail} is the default.
 *
 * <p>A test that does not restore its Context, for example after {@link Context#enter} without
 * {@link Context#exit}, fails with the exception of {@code exit}, and the extension restores the
 * thread.
 *
 * <p>Tests may run in parallel, and on the separate thread of a {@code @Timeout}. If that time-out
 * expires while the test continues to run, {@code @AfterEach} runs in a copy of the test's Context.
 */
public final class ContextVarsExtension
    implements InvocationInterceptor, ParameterResolver, TestInstantiationAwareExtension {
  /** Creates an extension. All extensions of one test use the same contexts. */
  public ContextVarsExtension() {}

  /** Returns TEST_METHOD: the constructor runs in the Context of the test it is called for. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    return ExtensionContextScope.TEST_METHOD;
  }

  /** Returns whether the parameter's type is {@link Context}. */
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext scope) {
    return parameter.getParameter().getType() == Context.class;
  }

  /** Returns the Context in which the method with the parameter runs. */
  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext scope) {
    return Scopes.contextOf(scope);
  }

  /** Runs the constructor of a test class in the test's Context. */
  @Override
  public <T extends @Nullable Object> T interceptTestClassConstructor(
      Invocation<T> invocation,
      ReflectiveInvocationContext<Constructor<T>> target,
      ExtensionContext scope)
      throws Throwable {
    return Scopes.run(invocation, scope);
  }

  /** Runs a {@code @BeforeAll} method in the class's Context. */
  @Override
  public void interceptBeforeAllMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> target,
      ExtensionContext scope)
      throws Throwable {
    Scopes.run(invocation, scope);
  }

  /** Runs a {@code @BeforeEach} method in the test's Context. */
  @Override
  public void interceptBeforeEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> target,
      ExtensionContext scope)
      throws Throwable {
    Scopes.run(invocation, scope);
  }

  /** Runs a {@code @Test} method in the test's Context. */
  @Override
  public void interceptTestMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> target,
      ExtensionContext scope)
      throws Throwable {
    Scopes.run(invocation, scope);
  }

  /** Runs an invocation of a {@code @TestTemplate} method in the invocation's Context. */
  @Override
  public void interceptTestTemplateMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> target,
      ExtensionContext scope)
      throws Throwable {
    Scopes.run(invocation, scope);
  }

  /** Runs a {@code @TestFactory} method in its Context, which its dynamic tests copy. */
  @Override
  public <T extends @Nullable Object> T interceptTestFactoryMethod(
      Invocation<T> invocation, ReflectiveInvocationContext<Method> target, ExtensionContext scope)
      throws Throwable {
    return Scopes.run(invocation, scope);
  }

  /** Runs a dynamic test in a copy of its factory's Context. */
  @Override
  public void interceptDynamicTest(
      Invocation<@Nullable Void> invocation,
      DynamicTestInvocationContext target,
      ExtensionContext scope)
      throws Throwable {
    Scopes.run(invocation, scope);
  }

  /** Runs an {@code @AfterEach} method in the test's Context. */
  @Override
  public void interceptAfterEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> target,
      ExtensionContext scope)
      throws Throwable {
    Scopes.runCleanUp(invocation, scope);
  }

  /** Runs an {@code @AfterAll} method in the class's Context. */
  @Override
  public void interceptAfterAllMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> target,
      ExtensionContext scope)
      throws Throwable {
    Scopes.runCleanUp(invocation, scope);
  }
}
