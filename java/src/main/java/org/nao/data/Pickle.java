package org.nao.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the values that CIFAR's files for Python hold, in Python's pickle format up to version 4:
 * dictionaries, lists, tuples, texts, whole numbers and NumPy's arrays of bytes. Anything else,
 * such as the name of a function to call, is refused; nothing is ever called.
 */
final class Pickle {
  private static final String ARRAY = "numpy ndarray";
  private static final String DTYPE = "numpy dtype";
  private static final Set<String> MAKERS =
      Set.of("numpy.core.multiarray _reconstruct", "numpy._core.multiarray _reconstruct");
  private static final int NEWEST = 4;

  /** Longer strings are data, not texts. */
  private static final int MOST_TEXT = 255;

  private static final int STATE = 5;
  private static final Object MARK = new Object();

  private final Object source;
  private final ByteBuffer bytes;
  private final Deque<Object> stack = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  /** A name of Python's, of which {@link #MAKERS} and two types are known. */
  private record Global(String name) {}

  private record Tuple(List<Object> values) {}

  /** Python's None, which a deque cannot hold as null. */
  private enum None {
    NONE
  }

  /** A type of NumPy's elements, for example {@code u1}. */
  private record ElementType(String name) {}

  /** An array of NumPy's; empty until its state is known. */
  static final class Array {
    private List<Object> shape = List.of();
    private byte[] data = {};

    /** The sizes of the dimensions. */
    List<Object> shape() {
      return shape;
    }

    byte[] data() {
      return data;
    }
  }

  private Pickle(byte[] file, Object source) {
    this.source = source;
    bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The dictionary that a file holds.
   *
   * @param source that messages name
   * @return values by the text of their keys: {@link Map}, {@link List}, {@link String}, {@link
   *     Long}, {@code byte[]} or {@link Array}
   * @throws DataException if the file is damaged or holds anything else
   */
  static Map<?, ?> dictionary(byte[] file, Object source) {
    final Pickle pickle = new Pickle(file, source);
    if (pickle.value() instanceof Map<?, ?> map) {
      return map;
    }
    throw pickle.refusal("expected a dictionary, found another value");
  }

  private Object value() {
    while (true) {
      final int code = unsigned(1);
      switch (code) {
        case 0x80 -> version();
        case 0x95 -> length(Long.BYTES); // of a frame, which changes nothing
        case '.' -> {
          return pop(Object.class);
        }
        case '(' -> stack.push(MARK);
        case '}' -> stack.push(new LinkedHashMap<>());
        case ']' -> stack.push(new ArrayList<>());
        case ')' -> stack.push(new Tuple(List.of()));
        case 'N' -> stack.push(None.NONE);
        case 0x88, 0x89 -> stack.push(code == 0x88);
        case 'K' -> stack.push((long) unsigned(1));
        case 'M' -> stack.push((long) unsigned(2));
        case 'J' -> stack.push((long) Integer.reverseBytes(ByteBuffer.wrap(take(4)).getInt()));
        case 'U', 'C' -> string(length(1), StandardCharsets.ISO_8859_1);
        case 0x8c -> string(length(1), StandardCharsets.UTF_8);
        case 'T', 'B' -> string(length(Integer.BYTES), StandardCharsets.ISO_8859_1);
        case 'X' -> string(length(Integer.BYTES), StandardCharsets.UTF_8);
        case 0x8e -> string(length(Long.BYTES), StandardCharsets.ISO_8859_1);
        case 'q' -> memo.put(unsigned(1), top());
        case 'r' -> memo.put(length(Integer.BYTES), top());
        case 0x94 -> memo.put(memo.size(), top());
        case 'h' -> recall(unsigned(1));
        case 'j' -> recall(length(Integer.BYTES));
        case 't' -> stack.push(new Tuple(marked()));
        case 0x85, 0x86, 0x87 -> stack.push(new Tuple(last(code - 0x84)));
        case 'a' -> {
          final Object item = pop(Object.class);
          list().add(item);
        }
        case 'e' -> {
          final List<Object> items = marked();
          list().addAll(items);
        }
        case 's' -> put(last(2));
        case 'u' -> put(marked());
        case 'c' -> global(line() + " " + line());
        case 0x93 -> {
          final String name = pop(String.class);
          global(pop(String.class) + " " + name);
        }
        case 'R' -> reduce();
        case 'b' -> build();
        default ->
            throw refusal("has something that no CIFAR file has (code 0x%02x)".formatted(code));
      }
    }
  }

  private void version() {
    final int version = unsigned(1);
    if (version > NEWEST) {
      throw refusal(
          "is of version %d of Python's format, at most %d is read".formatted(version, NEWEST));
    }
  }

  /** Texts as such, other strings as bytes. */
  private void string(int length, Charset charset) {
    final byte[] string = take(length);
    stack.push(length > MOST_TEXT ? string : new String(string, charset));
  }

  private void recall(int index) {
    final Object value = memo.get(index);
    if (value == null) {
      throw damaged();
    }
    stack.push(value);
  }

  private void global(String name) {
    if (!MAKERS.contains(name) && !name.equals(ARRAY) && !name.equals(DTYPE)) {
      throw refusal("names '%s', which no CIFAR file does".formatted(name));
    }
    stack.push(new Global(name));
  }

  /** Makes an array or a type of elements. */
  private void reduce() {
    final List<Object> arguments = pop(Tuple.class).values;
    final String maker = pop(Global.class).name;
    if (MAKERS.contains(maker)
        && !arguments.isEmpty()
        && arguments.get(0) instanceof Global type
        && type.name.equals(ARRAY)) {
      stack.push(new Array());
    } else if (maker.equals(DTYPE)
        && !arguments.isEmpty()
        && arguments.get(0) instanceof String type) {
      stack.push(new ElementType(type));
    } else {
      throw refusal("makes something that no CIFAR file has");
    }
  }

  private void build() {
    final List<Object> state = pop(Tuple.class).values;
    if (top() instanceof ElementType) {
      return; // byte order and such, of which bytes have none
    }
    if (!(top() instanceof Array array)
        || state.size() != STATE
        || !(state.get(1) instanceof Tuple shape)
        || !(state.get(2) instanceof ElementType type)
        || !(state.get(4) instanceof byte[] data)) {
      throw refusal("has an array that is none of a CIFAR file");
    }
    if (!type.name.equals("u1") || !state.get(3).equals(false)) {
      throw refusal("has an array of another kind than unsigned bytes, row by row");
    }
    array.shape = shape.values;
    array.data = data;
  }

  private void put(List<Object> keysAndValues) {
    if (!(top() instanceof Map<?, ?>) || keysAndValues.size() % 2 != 0) {
      throw damaged();
    }
    @SuppressWarnings("unchecked")
    final Map<Object, Object> map = (Map<Object, Object>) top();
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      if (!(keysAndValues.get(i) instanceof String key)) {
        throw refusal("has a key that is no text");
      }
      map.put(key, keysAndValues.get(i + 1));
    }
  }

  @SuppressWarnings("unchecked")
  private List<Object> list() {
    if (top() instanceof ArrayList<?>) {
      return (List<Object>) top();
    }
    throw damaged();
  }

  /** The values since the last mark, which goes, too. */
  private List<Object> marked() {
    final List<Object> values = new ArrayList<>();
    while (top() != MARK) {
      values.add(stack.pop());
    }
    stack.pop();
    java.util.Collections.reverse(values);
    return values;
  }

  private List<Object> last(int count) {
    final List<Object> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(0, pop(Object.class));
    }
    return values;
  }

  private Object top() {
    if (stack.isEmpty()) {
      throw damaged();
    }
    return stack.peek();
  }

  private <T> T pop(Class<T> type) {
    final Object value = top();
    if (value == MARK || !type.isInstance(value)) {
      throw damaged();
    }
    stack.pop();
    return type.cast(value);
  }

  private String line() {
    final StringBuilder line = new StringBuilder();
    for (int next = unsigned(1); next != '\n'; next = unsigned(1)) {
      line.append((char) next);
      if (line.length() > MOST_TEXT) {
        throw damaged();
      }
    }
    return line.toString();
  }

  /** The next whole number of up to two bytes. */
  private int unsigned(int count) {
    int value = 0;
    final byte[] digits = take(count);
    for (int i = count - 1; i >= 0; i--) {
      value = value << Byte.SIZE | digits[i] & 0xff;
    }
    return value;
  }

  /** The next whole number, of something that has to be in the file. */
  private int length(int count) {
    final byte[] digits = take(count);
    long value = 0;
    for (int i = count - 1; i >= 0; i--) {
      value = value << Byte.SIZE | digits[i] & 0xff;
    }
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw damaged();
    }
    return (int) value;
  }

  private byte[] take(int count) {
    if (count > bytes.remaining()) {
      throw refusal("is cut short");
    }
    final byte[] taken = new byte[count];
    bytes.get(taken);
    return taken;
  }

  private DataException damaged() {
    return refusal("is damaged or no file of Python's CIFAR version");
  }

  private DataException refusal(String what) {
    return new DataException(source + ": " + what + ".");
  }
}
