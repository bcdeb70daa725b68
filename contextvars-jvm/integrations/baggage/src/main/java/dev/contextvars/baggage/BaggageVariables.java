// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.baggage;

import dev.contextvars.Bindings;
import dev.contextvars.Context;
import dev.contextvars.ContextRequiredException;
import dev.contextvars.ContextSwap;
import dev.contextvars.ContextVar;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.NonNull;
import org.jspecify.annotations.Nullable;

/**
 * An allow-list of context variables that travel to other processes as W3C baggage.
 *
 * <p>A service that sends requests writes the values of its current context into a header, and the
 * service that receives them sets them in the context of the request:
 *
 * <pre>{@code
 * static final BaggageVariables BAGGAGE =
 *     BaggageVariables.builder()
 *         .add(TENANT, ValueCodec.STRING)
 *         .add("request-id", REQUEST_ID, ValueCodec.UUID)
 *         .build();
 *
 * static HttpRequest send(HttpRequest.Builder request) {
 *   String header = BAGGAGE.header();
 *   return (header == null ? request : request.header(BaggageVariables.HEADER, header)).build();
 * }
 *
 * static void receive(List<String> headers, Runnable handler) {
 *   BAGGAGE.read(headers).in(new Context()).execute(handler);
 * }
 * }</pre>
 *
 * <p>Notes and cautions on use:
 *
 * <ul>
 *   <li>Baggage from outside is not trusted: any client can send any value. It must not decide
 *       about access.
 *   <li>Headers are visible to all processes on the way. Send them only to hosts that the
 *       application names.
 *   <li>Variables that are not listed are never read or written. Redacted ones cannot be listed.
 *   <li>Defaults are never sent.
 *   <li>Malformed input changes nothing and throws nothing. {@link #ignoredCount} counts it.
 * </ul>
 *
 * <p>Immutable, but for that counter, and safe for use by several threads. The format is that of <a
 * href="https://www.w3.org/TR/baggage/">W3C Baggage</a>; values are percent-encoded UTF-8.
 */
public final class BaggageVariables {
  /** The name of the HTTP header, and of the key in other carriers. */
  public static final String HEADER = "baggage";

  private final ListedVariable[] listed;
  private final HeaderWriter writer;
  private final HeaderParser parser;
  private final LongAdder ignored = new LongAdder();

  private BaggageVariables(Builder builder) {
    listed = builder.listed.values().toArray(ListedVariable[]::new);
    int maxHeader = builder.maxHeaderLength;
    int maxValue = builder.maxValueLength;
    writer = new HeaderWriter(listed, maxHeader, maxValue, ignored);
    parser = new HeaderParser(listed, maxHeader, maxValue, ignored);
  }

  /** Returns a builder with an empty list. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the header for the current context: the listed variables that are bound there, in the
   * order of the list; O(k) for k listed variables.
   *
   * <p>A value is left out, and counted as ignored, if its text is longer than {@link
   * Builder#maxValueLength(int)}, does not fit into {@link Builder#maxHeaderLength(int)}, or
   * contains control characters or unpaired surrogates, and if the codec throws a RuntimeException.
   * Values that follow are still written if they fit.
   *
   * @return null if there is nothing to send: no context, no listed variable bound, all values null
   *     or left out
   */
  public @Nullable String header() {
    Context context = ContextSwap.current();
    return context == null ? null : writer.write(context);
  }

  /**
   * Calls the action for each listed variable that is bound in the current context, in the order of
   * the list: for carriers that write baggage themselves; O(k) for k listed variables.
   *
   * <p>The action is called with the key and the text of the value, not percent-encoded. The text
   * is null if the value is null, or if {@link #header} leaves it out, which is counted here, too:
   * then nothing must be sent for that key.
   *
   * @throws NullPointerException if the action is null
   */
  public void forEach(BiConsumer<? super String, ? super @Nullable String> action) {
    Objects.requireNonNull(action, "action");
    Context context = ContextSwap.current();
    if (context != null) {
      writer.forEach(context, action);
    }
  }

  /**
   * Reads the listed variables from a header, without setting any; O(n) for n characters.
   *
   * @param header null is an empty header
   * @return the values, {@link Received#isEmpty empty} if there are none
   */
  public Received read(@Nullable String header) {
    return header == null ? Received.NOTHING : received(parser.parse(header));
  }

  /**
   * Reads the listed variables from all headers of that name, in their order, without setting any;
   * O(n) for n characters.
   *
   * <p>Members that are malformed, too long or rejected by their codec are ignored and counted.
   * Keys that are not listed are ignored and not counted. If a key occurs more than once, the last
   * valid value counts. The header with which the total length exceeds {@link
   * Builder#maxHeaderLength(int)} and all headers after it are ignored unread, and counted. No text
   * makes this method throw.
   *
   * @param headers may contain null, which is an empty header
   * @return the values, {@link Received#isEmpty empty} if there are none
   * @throws NullPointerException if {@code headers} is null
   */
  public Received read(Iterable<? extends @Nullable String> headers) {
    return received(parser.parse(Objects.requireNonNull(headers, "headers")));
  }

  private Received received(@Nullable Object @Nullable [] values) {
    if (values == null) {
      return Received.NOTHING;
    }
    Bindings bindings = null;
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      if (value != null) {
        ContextVar<@Nullable Object> variable = listed[i].variable();
        bindings = bindings == null ? Bindings.of(variable, value) : bindings.and(variable, value);
      }
    }
    return new Received(bindings);
  }

  /**
   * Returns how many members, values and headers were ignored since this object was created, in and
   * out: a number for a dashboard. It has no record of their content. O(1) for practical purposes.
   */
  public long ignoredCount() {
    return ignored.sum();
  }

  /** The values that {@link BaggageVariables#read} found. Immutable; for any thread. */
  public static final class Received {
    static final Received NOTHING = new Received(null);

    private final @Nullable Bindings bindings;

    private Received(@Nullable Bindings bindings) {
      this.bindings = bindings;
    }

    /** Returns whether there are no values. */
    public boolean isEmpty() {
      return bindings == null;
    }

    /**
     * Sets the variables in the current context, all or none, as {@link ContextVar#set} does; O(k)
     * for k values.
     *
     * <p>If there are no values, this does nothing and creates no context.
     *
     * @throws ContextRequiredException if no context is current on a shared thread
     */
    public void set() {
      if (bindings != null) {
        bindings.set();
      }
    }

    /**
     * Returns a copy of the context in which the variables are set; the context itself does not
     * change; O(k) for k values.
     *
     * @throws NullPointerException if the context is null
     */
    public Context in(Context context) {
      Objects.requireNonNull(context, "context");
      return bindings == null ? context.copy() : context.with(bindings);
    }
  }

  /**
   * Creates {@link BaggageVariables}; {@link BaggageVariables#builder} returns one. For one thread.
   */
  public static final class Builder {
    private final Map<String, ListedVariable> listed = new LinkedHashMap<>();
    private int maxHeaderLength = 8192;
    private int maxValueLength = 256;

    private Builder() {}

    /**
     * Adds a variable whose key is its name.
     *
     * @throws NullPointerException if an argument is null
     * @throws IllegalArgumentException as {@link #add(String, ContextVar, ValueCodec)} throws it
     */
    public <T extends @Nullable Object> Builder add(
        ContextVar<T> variable, ValueCodec<@NonNull T> codec) {
      return add(Objects.requireNonNull(variable, "variable").getName(), variable, codec);
    }

    /**
     * Adds a variable with a key.
     *
     * <p>A variable may have several keys. If values for several of them arrive, the key that was
     * added last counts.
     *
     * @throws NullPointerException if an argument is null
     * @throws IllegalArgumentException if the key is not a token of RFC 7230, if it was added
     *     before, or if the variable is redacted; nothing is added
     */
    public <T extends @Nullable Object> Builder add(
        String key, ContextVar<T> variable, ValueCodec<@NonNull T> codec) {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(variable, "variable");
      Objects.requireNonNull(codec, "codec");
      if (!BaggageText.isToken(key)) {
        throw new IllegalArgumentException(
            "the key '" + key + "' of " + variable + " is not a token of RFC 7230");
      }
      if (variable.isRedacted()) {
        throw new IllegalArgumentException(variable + " is redacted and must not be sent");
      }
      ListedVariable other = listed.get(key);
      if (other != null) {
        throw new IllegalArgumentException(
            "the key '" + key + "' of " + variable + " was added before, for " + other.variable());
      }
      listed.put(key, ListedVariable.of(key, variable, codec));
      return this;
    }

    /**
     * Sets the most characters that a header may have: that of {@link BaggageVariables#header}, and
     * all that one {@link BaggageVariables#read} gets, taken together. The default is 8192, which
     * is what W3C Baggage asks all platforms to support.
     *
     * @throws IllegalArgumentException if {@code chars} is below 1
     */
    public Builder maxHeaderLength(int chars) {
      ValueCodec.requirePositive(chars, "maxHeaderLength");
      maxHeaderLength = chars;
      return this;
    }

    /**
     * Sets the most characters that the text of a value may have, before it is encoded and after it
     * is decoded. The default is 256.
     *
     * @throws IllegalArgumentException if {@code chars} is below 1
     */
    public Builder maxValueLength(int chars) {
      ValueCodec.requirePositive(chars, "maxValueLength");
      maxValueLength = chars;
      return this;
    }

    /** Returns the list; later changes of this builder do not affect it. */
    public BaggageVariables build() {
      return new BaggageVariables(this);
    }
  }
}
