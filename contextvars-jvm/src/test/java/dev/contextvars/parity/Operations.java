// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.contextvars.Context;
import dev.contextvars.ContextVar;
import dev.contextvars.Token;
import dev.contextvars.TokenUsedException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import java.util.zip.CRC32;

/** The operations of one program that have no body, and the things that its ids stand for. */
final class Operations {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Values values = new Values();
  private final Map<String, ContextVar<Object>> variables = new HashMap<>();
  private final Map<ContextVar<?>, Integer> numbers = new HashMap<>();
  private final Map<String, Context> contexts = new HashMap<>();
  private final Map<String, Token<Object>> tokens = new HashMap<>();
  private final Map<String, BindingIterator> iterators = new HashMap<>();
  private final Map<String, Bulk> bulks = new HashMap<>();

  Object value(JsonNode json) {
    return values.fromJson(json);
  }

  Context context(JsonNode id) {
    return known(contexts, id);
  }

  Token<Object> set(JsonNode variable, JsonNode value, JsonNode token) {
    Token<Object> made = variable(variable).set(value(value));
    tokens.put(token.asText(), made);
    return made;
  }

  JsonNode perform(String name, JsonNode operation) {
    JsonNode a = operation.get(1);
    JsonNode b = operation.get(2);
    JsonNode c = operation.get(3);
    JsonNode d = operation.get(4);
    return switch (name) {
      case "var" -> makeVariable(a.asText(), b.asText(), operation.size() == 5 ? c : null);
      case "ctx" -> makeContext(a, new Context());
      case "copy" -> makeContext(a, context(b).copy());
      case "copy_current" -> makeContext(a, Context.copyContext());
      case "set" -> Values.toJson(set(a, b, c).getOldValue());
      case "get" -> Values.toJson(variable(a).get());
      case "getd" -> Values.toJson(variable(a).get(value(b)));
      case "reset" -> reset(a, b);
      case "tok" -> introspect(known(tokens, a));
      case "rget" -> Values.toJson(context(a).run(() -> variable(b).get()));
      case "rset" -> Values.toJson(context(a).run(() -> set(b, c, d)).getOldValue());
      case "rreset" -> context(a).run(() -> reset(b, c));
      case "cget" -> Values.toJson(context(a).get(variable(b)));
      case "cgetd" -> Values.toJson(context(a).get(variable(b), value(c)));
      case "cidx" -> Values.toJson(context(a).getValue(variable(b)));
      case "in" -> JSON.booleanNode(context(a).contains(variable(b)));
      case "len" -> JSON.numberNode(context(a).size());
      case "empty" -> JSON.booleanNode(context(a).isEmpty());
      case "items" -> pairs(sorted(context(a)));
      case "keys" -> ids(sorted(context(a)));
      case "values" -> valuesOf(context(a));
      case "digest" -> digest(sorted(context(a)));
      case "eq" -> JSON.booleanNode(context(a).asMap().equals(context(b).asMap()));
      case "ne" -> JSON.booleanNode(!context(a).asMap().equals(context(b).asMap()));
      case "iter" -> iterate(context(a), b.asText(), c.asText());
      case "next" -> JSON.numberNode(known(iterators, a).advance(b.asInt()));
      case "drain" -> drain(known(iterators, a));
      case "enter" -> done(() -> context(a).enter());
      case "exit" -> done(() -> context(a).exit());
      case "vrepr" -> JSON.textNode(Outcomes.masked(variable(a).toString()));
      case "trepr" -> JSON.textNode(Outcomes.masked(known(tokens, a).toString()));
      case "bulkvar" -> makeVariables(a.asInt(), b.asInt());
      case "bulkset" -> bulkSet(operation);
      case "bulkreset" -> bulkReset(operation);
      case "bulkget" -> bulkGet(a.asInt(), b.asInt());
      default -> throw new IllegalArgumentException("no operation of the format: " + name);
    };
  }

  // ---- making ----

  private JsonNode makeVariable(String id, String name, JsonNode defaultValue) {
    ContextVar<Object> variable =
        defaultValue == null ? new ContextVar<>(name) : new ContextVar<>(name, value(defaultValue));
    variables.put(id, variable);
    numbers.put(variable, Integer.valueOf(id.substring(1)));
    return JSON.textNode(variable.getName());
  }

  private JsonNode makeVariables(int first, int count) {
    for (int i = 0; i < count; i++) {
      makeVariable("v" + (first + i), "b" + i % 7, null);
    }
    return JSON.numberNode(count);
  }

  private JsonNode makeContext(JsonNode id, Context context) {
    contexts.put(id.asText(), context);
    return JSON.nullNode();
  }

  // ---- tokens ----

  private JsonNode reset(JsonNode variable, JsonNode token) {
    variable(variable).reset(known(tokens, token));
    return JSON.nullNode();
  }

  private JsonNode introspect(Token<Object> token) {
    return JSON.arrayNode()
        .add(idOf(token.getVariable()))
        .add(Values.toJson(token.getOldValue()))
        .add(token.toString().startsWith("<Token used "));
  }

  // ---- mappings ----

  private List<Map.Entry<ContextVar<?>, Object>> sorted(
      Iterable<Map.Entry<ContextVar<?>, Object>> bindings) {
    return StreamSupport.stream(bindings.spliterator(), false)
        .sorted(Comparator.comparing(entry -> numbers.get(entry.getKey())))
        .toList();
  }

  private ArrayNode pairs(List<Map.Entry<ContextVar<?>, Object>> bindings) {
    ArrayNode pairs = JSON.arrayNode();
    bindings.forEach(
        entry -> pairs.addArray().add(idOf(entry.getKey())).add(Values.toJson(entry.getValue())));
    return pairs;
  }

  private ArrayNode ids(List<Map.Entry<ContextVar<?>, Object>> bindings) {
    ArrayNode ids = JSON.arrayNode();
    bindings.forEach(entry -> ids.add(idOf(entry.getKey())));
    return ids;
  }

  private JsonNode valuesOf(Context context) {
    ArrayNode array = JSON.arrayNode();
    context.asMap().values().stream()
        .sorted(Comparator.comparing(Values::canonical))
        .forEach(value -> array.add(Values.toJson(value)));
    return array;
  }

  private JsonNode digest(List<Map.Entry<ContextVar<?>, Object>> bindings) {
    CRC32 crc = new CRC32();
    for (Map.Entry<ContextVar<?>, Object> entry : bindings) {
      String text = idOf(entry.getKey()) + "=" + Values.canonical(entry.getValue()) + ";";
      crc.update(text.getBytes(StandardCharsets.UTF_8));
    }
    return JSON.arrayNode().add(bindings.size()).add(crc.getValue());
  }

  private JsonNode iterate(Context context, String id, String kind) {
    iterators.put(id, new BindingIterator(context.iterator(), kind.equals("i")));
    return JSON.nullNode();
  }

  private JsonNode drain(BindingIterator iterator) {
    List<Map.Entry<ContextVar<?>, Object>> given = sorted(iterator.drain());
    return iterator.items() ? pairs(given) : ids(given);
  }

  // ---- many at once ----

  private record Bulk(int first, List<Token<Object>> tokens) {}

  private JsonNode bulkSet(JsonNode operation) {
    int first = operation.get(2).asInt();
    int count = operation.get(3).asInt();
    long multiplier = operation.get(6).asLong();
    @SuppressWarnings("unchecked")
    Token<Object>[] made = (Token<Object>[]) new Token<?>[count];
    int missing = 0;
    for (int k = 0; k < count; k++) {
      int i = place(operation, k, count, 4);
      made[i] = variables.get("v" + (first + i)).set(i * multiplier);
      missing += made[i].getOldValue() == Token.MISSING ? 1 : 0;
    }
    bulks.put(operation.get(1).asText(), new Bulk(first, List.of(made)));
    return JSON.numberNode(missing);
  }

  private JsonNode bulkReset(JsonNode operation) {
    Bulk bulk = known(bulks, operation.get(1));
    int reset = 0;
    int used = 0;
    for (int k = 0; k < operation.get(3).asInt(); k++) {
      int i = place(operation, k, bulk.tokens().size(), 4);
      try {
        variables.get("v" + (bulk.first() + i)).reset(bulk.tokens().get(i));
        reset++;
      } catch (TokenUsedException e) {
        used++;
      }
    }
    return JSON.arrayNode().add(reset).add(used);
  }

  private JsonNode bulkGet(int first, int count) {
    int misses = 0;
    long total = 0;
    for (int i = 0; i < count; i++) {
      Object value = variables.get("v" + (first + i)).get((Object) null);
      if (value == null) {
        misses++;
      } else {
        total = (total * 31 + (Long) value) % 1_000_003;
      }
    }
    return JSON.arrayNode().add(misses).add(total);
  }

  /** Returns the k-th place of the order that an operation gives by its stride and offset. */
  private static int place(JsonNode operation, int k, int count, int strideAt) {
    long stride = operation.get(strideAt).asLong();
    long offset = operation.get(strideAt + 1).asLong();
    return (int) ((offset + k * stride) % count);
  }

  // ---- ids ----

  private ContextVar<Object> variable(JsonNode id) {
    return known(variables, id);
  }

  private String idOf(ContextVar<?> variable) {
    return "v" + numbers.get(variable);
  }

  private static <T> T known(Map<String, T> things, JsonNode id) {
    T thing = things.get(id.asText());
    if (thing == null) {
      throw new IllegalStateException("the program has made no " + id);
    }
    return thing;
  }

  private static JsonNode done(Runnable action) {
    action.run();
    return JSON.nullNode();
  }
}
