package org.nao.space;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nao.error.UserException;
import org.nao.text.Counted;

/**
 * DARTS' text of a genotype, as Python prints its named tuple; see {@link ArchitectureFormat}. It
 * is also read with what source files and logs have before it, and with a list of pairs per node.
 */
record GenotypeFormat(SearchSpace space) implements ArchitectureFormat {

  private static final Pattern BEGIN = Pattern.compile("([^\\n]*[=\\s])?Genotype\\s*\\(");

  /**
   * The inside of a list whose elements may be lists; never looked at twice, and bounded, since
   * Java matches a repeated group recursively.
   */
  private static final String LIST = "(?:[^\\[\\]]++|\\[[^\\[\\]]*+]){0,100}+";

  private static final Pattern TEXT =
      Pattern.compile(
          "[^\\n]*?\\bGenotype\\s*\\(\\s*normal\\s*=\\s*\\[(?<normal>"
              + LIST
              + ")]\\s*,"
              + "\\s*normal_concat\\s*=\\s*(?<normalConcat>range\\([^)]*\\)|\\[[^]]*])\\s*,"
              + "\\s*reduce\\s*=\\s*\\[(?<reduce>"
              + LIST
              + ")]\\s*,"
              + "\\s*reduce_concat\\s*=\\s*(?<reduceConcat>range\\([^)]*\\)|\\[[^]]*])\\s*,?\\s*\\)\\s*");
  private static final Pattern PAIR =
      Pattern.compile("\\(\\s*['\"]([^'\"]*)['\"]\\s*,\\s*(\\d{1,9})\\s*\\)");
  private static final Pattern NODE = Pattern.compile("\\[([^\\[\\]]*)]");
  private static final int PER_NODE = 2;

  GenotypeFormat {
    if (!space.hasGenotypes()) {
      throw new UserException(
          "a genotype is of the spaces darts and nasnet, not of " + space.name());
    }
  }

  static boolean begins(String text) {
    return BEGIN.matcher(text.strip()).lookingAt();
  }

  /** An operation and the state it reads. */
  private record Edge(int operation, int input) {}

  @Override
  public String write(Architecture architecture) {
    space.validate(architecture);
    final Cell normal = architecture.normal();
    final Cell reduction = architecture.reduction();
    return "Genotype(normal=%s, normal_concat=%s, reduce=%s, reduce_concat=%s)"
        .formatted(pairs(normal), concat(normal), pairs(reduction), concat(reduction));
  }

  private String pairs(Cell cell) {
    final StringJoiner joined = new StringJoiner(", ", "[", "]");
    for (final Node node : cell.nodes()) {
      joined.add("('%s', %d)".formatted(space.operation(node.op1()).name(), node.in1()));
      joined.add("('%s', %d)".formatted(space.operation(node.op2()).name(), node.in2()));
    }
    return joined.toString();
  }

  /** The states that are the cell's output, as a range if there are no gaps. */
  private String concat(Cell cell) {
    final List<Integer> states = space.outputStates(cell);
    final int first = states.get(0);
    final int end = states.get(states.size() - 1) + 1;
    return end - first == states.size() ? "range(%d, %d)".formatted(first, end) : states.toString();
  }

  @Override
  public Architecture parse(String text) {
    final Matcher match = TEXT.matcher(text);
    if (!match.matches()) {
      throw new ArchitectureFormatException(
          ("not a genotype, expected Genotype(normal=[('sep_conv_3x3', 0), ...],"
                  + " normal_concat=range(2, %1$d), reduce=[...], reduce_concat=range(2, %1$d))")
              .formatted(Cell.INPUTS + space.nodes()));
    }
    return new Architecture(
        cell("normal", match.group("normal"), match.group("normalConcat")),
        cell("reduce", match.group("reduce"), match.group("reduceConcat")));
  }

  private Cell cell(String name, String text, String concat) {
    final Cell cell = cell(name, text);
    final String found = concat.replaceAll("\\s", "").replace(",]", "]");
    final String list = space.outputStates(cell).toString().replace(" ", "");
    if (!found.equals(list) && !found.equals(concat(cell).replace(" ", ""))) {
      throw new ArchitectureFormatException(name + "_concat", concat, concat(cell));
    }
    return cell;
  }

  private Cell cell(String name, String text) {
    final List<Edge> edges = edges(name, withoutNodes(name, text));
    final int wanted = PER_NODE * space.nodes();
    if (edges.size() != wanted) {
      throw new ArchitectureFormatException(
          "%s: %s, a cell of %s has %d"
              .formatted(name, Counted.of(edges.size(), "operation"), space.name(), wanted));
    }
    final List<Node> nodes = new ArrayList<>(space.nodes());
    for (int i = 0; i < edges.size(); i += PER_NODE) {
      final Edge first = edges.get(i);
      final Edge second = edges.get(i + 1);
      nodes.add(new Node(first.input(), first.operation(), second.input(), second.operation()));
    }
    return new Cell(nodes);
  }

  /** The pairs of all nodes one after another, where each node has a list of its own. */
  private static String withoutNodes(String name, String text) {
    if (!text.contains("[")) {
      return text;
    }
    final StringJoiner pairs = new StringJoiner(",");
    final Matcher node = NODE.matcher(text);
    int end = 0;
    for (int number = 1; node.find(); number++) {
      checkBetween(name, text.substring(end, node.start()), number == 1 ? "" : ",");
      final long found = node.group(1).chars().filter(each -> each == '(').count();
      if (found != PER_NODE) {
        throw new ArchitectureFormatException(
            "%s: node %d has %d operations, must have %d".formatted(name, number, found, PER_NODE));
      }
      pairs.add(node.group(1).strip().replaceFirst(",$", ""));
      end = node.end();
    }
    checkBetween(name, text.substring(end).replaceFirst(",\\s*$", ""), "");
    return pairs.toString();
  }

  private List<Edge> edges(String name, String text) {
    final List<Edge> edges = new ArrayList<>();
    final Matcher pair = PAIR.matcher(text);
    int end = 0;
    while (pair.find()) {
      checkBetween(name, text.substring(end, pair.start()), edges.isEmpty() ? "" : ",");
      final int state = Cell.INPUTS + edges.size() / PER_NODE;
      edges.add(edge(name + ", operation " + (edges.size() + 1), pair, state));
      end = pair.end();
    }
    checkBetween(name, text.substring(end).replaceFirst(",\\s*$", ""), "");
    return edges;
  }

  private static void checkBetween(String name, String found, String expected) {
    if (!found.strip().equals(expected)) {
      throw new ArchitectureFormatException(name, found.strip(), "('operation', input), ...");
    }
  }

  private Edge edge(String where, Matcher pair, int state) {
    final int operation = space.operationNumber(pair.group(1));
    if (operation < 0) {
      throw new ArchitectureFormatException(where, pair.group(1), space.operationNames());
    }
    final int input = Integer.parseInt(pair.group(2));
    if (input >= state) {
      throw new ArchitectureFormatException(
          where + ", input of node " + state, pair.group(2), "0.." + (state - 1));
    }
    return new Edge(operation, input);
  }
}
