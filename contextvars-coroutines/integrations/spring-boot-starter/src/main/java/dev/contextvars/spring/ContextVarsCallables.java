// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring;

import dev.contextvars.ContextSwap;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.async.CallableProcessingInterceptor;
import org.springframework.web.context.request.async.WebAsyncManager;
import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Runs a Callable, WebAsyncTask or StreamingResponseBody that a handler of Spring MVC returns in a
 * copy of the request's {@link dev.contextvars.Context}.
 *
 * <p>The request continues in the copy, so that it sees what the Callable has set. After a timeout
 * or an error, the request continues in its own Context, because the Callable may still run.
 *
 * <p>Spring Boot applications have this interceptor. Others add it, and need a {@link
 * dev.contextvars.servlet.ContextVarsFilter}:
 *
 * <pre>{@code
 * @Override
 * public void addInterceptors(InterceptorRegistry registry) {
 *   registry.addInterceptor(new ContextVarsCallables()).order(Ordered.HIGHEST_PRECEDENCE);
 * }
 * }</pre>
 *
 * <p>The interceptor has no state. Any thread may use it, and it costs O(1) for each request.
 */
public final class ContextVarsCallables implements HandlerInterceptor {
  /** Creates an interceptor. */
  public ContextVarsCallables() {}

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    WebAsyncManager manager = WebAsyncUtils.getAsyncManager(request);
    if (request.getDispatcherType() == DispatcherType.ERROR) {
      // The ASYNC dispatch was rejected with its result pending, which would replace the error
      // page.
      manager.clearConcurrentResult();
    }
    manager.registerCallableInterceptor(ContextVarsCallables.class, new InFork(request));
    return true;
  }

  /**
   * Runs one Callable in a fork. The fields are not volatile: the fork is created before the task
   * is submitted and before the container can time out, and the token is confined to the task.
   */
  private static final class InFork implements CallableProcessingInterceptor {
    private final HttpServletRequest request;
    private @Nullable Fork fork;
    private @Nullable Object token;

    InFork(HttpServletRequest request) {
      this.request = request;
    }

    @Override
    public <T> void beforeConcurrentHandling(NativeWebRequest ignored, Callable<T> task) {
      fork = new Fork(request);
    }

    @Override
    public <T> void preProcess(NativeWebRequest ignored, Callable<T> task) {
      if (fork != null) {
        token = ContextSwap.attach(fork.context());
      }
    }

    @Override
    public <T> void postProcess(
        NativeWebRequest ignored, Callable<T> task, @Nullable Object result) {
      ContextSwap.detach(token);
    }

    @Override
    public <T> Object handleTimeout(NativeWebRequest ignored, Callable<T> task) {
      return abandon();
    }

    @Override
    public <T> Object handleError(NativeWebRequest ignored, Callable<T> task, Throwable failure) {
      return abandon();
    }

    private Object abandon() {
      if (fork != null) {
        fork.abandon();
      }
      return RESULT_NONE; // the other interceptors decide the result
    }
  }
}
