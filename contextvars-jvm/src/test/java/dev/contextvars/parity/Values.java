// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.contextvars.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The values of one program, between their JSON and the objects that go into variables. */
final class Values {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Map<Long, Opaque> opaques = new HashMap<>();
  private final Map<List<Long>, Keyed> keyeds = new HashMap<>();

  /** Equal to itself alone. */
  private static final class Opaque {
    final long number;

    Opaque(long number) {
      this.number = number;
    }
  }

  /** Equal by key; which instance came back shows in its JSON. */
  private static final class Keyed {
    final long key;
    final long instance;

    Keyed(List<Long> numbers) {
      this.key = numbers.get(0);
      this.instance = numbers.get(1);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Keyed keyed && keyed.key == key;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(key);
    }
  }

  Object fromJson(JsonNode json) {
    if (json.isNull()) {
      return null;
    }
    if (json.isBoolean()) {
      return json.booleanValue();
    }
    if (json.isIntegralNumber()) {
      return json.longValue();
    }
    if (json.isTextual()) {
      return json.textValue();
    }
    if (json.has("o")) {
      return opaques.computeIfAbsent(json.get("o").longValue(), Opaque::new);
    }
    if (json.has("k")) {
      List<Long> numbers =
          List.of(json.get("k").get(0).longValue(), json.get("k").get(1).longValue());
      return keyeds.computeIfAbsent(numbers, Keyed::new);
    }
    if (json.has("l")) {
      List<Object> list = new ArrayList<>(); // a new one each time
      json.get("l").forEach(element -> list.add(fromJson(element)));
      return list;
    }
    throw new IllegalArgumentException("no value: " + json);
  }

  static JsonNode toJson(Object value) {
    if (value == null) {
      return JSON.nullNode();
    }
    if (value == Token.MISSING) {
      return JSON.objectNode().put("$", "MISSING");
    }
    if (value instanceof Boolean bool) {
      return JSON.booleanNode(bool);
    }
    if (value instanceof Long number) {
      return JSON.numberNode(number);
    }
    if (value instanceof String text) {
      return JSON.textNode(text);
    }
    if (value instanceof Opaque opaque) {
      return JSON.objectNode().put("o", opaque.number);
    }
    if (value instanceof Keyed keyed) {
      return JSON.objectNode().set("k", JSON.arrayNode().add(keyed.key).add(keyed.instance));
    }
    if (value instanceof List<?> list) {
      ArrayNode array = JSON.arrayNode();
      list.forEach(element -> array.add(toJson(element)));
      return JSON.objectNode().set("l", array);
    }
    throw new IllegalArgumentException("no value of a program: " + value);
  }

  /** Returns the text by which values are sorted and digested. */
  static String canonical(Object value) {
    if (value == null || value instanceof Boolean) {
      return String.valueOf(value);
    }
    if (value == Token.MISSING) {
      return "$MISSING";
    }
    if (value instanceof Long) {
      return "i" + value;
    }
    if (value instanceof String) {
      return "s" + value;
    }
    if (value instanceof Opaque opaque) {
      return "o" + opaque.number;
    }
    if (value instanceof Keyed keyed) {
      return "k" + keyed.key + "." + keyed.instance;
    }
    return "[" + String.join(",", ((List<?>) value).stream().map(Values::canonical).toList()) + "]";
  }
}
