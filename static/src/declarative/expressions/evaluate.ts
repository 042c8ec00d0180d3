/** Expressions: the value of a template. Names are looked up through a reader, which may note what was read. */
import type { Surroundings } from './dates.ts';
import { FILTERS } from './filters.ts';
import { hasExpression, parse } from './parser.ts';
import { ExpressionError } from './syntax.ts';
import type { Expression, Operator } from './syntax.ts';
import { equal, isMissing, isObject, joined, keyOf, less, member, tidy, toNumber, toText, truthy } from './values.ts';

/** The value at a path: a name of the scope and the steps after it. Undefined where it leads nowhere. */
export type Reader = (name: string, steps: string[]) => unknown;

/** The value of a text: one whole expression keeps the value's type, any other text is a text. Throws ExpressionError. */
export function evaluate(text: string, read: Reader, around: Surroundings): unknown {
  if (!hasExpression(text)) return text;
  const { parts, whole } = parse(text);
  const evaluator = new Evaluator(read, around);
  if (whole) return evaluator.value(parts[0] as Expression);
  return joined(evaluator.texts(parts));
}

/** The value with every text in it evaluated, in lists and objects at any depth. */
export function evaluateDeep(value: unknown, read: Reader, around: Surroundings): unknown {
  if (typeof value === 'string') return evaluate(value, read, around);
  if (Array.isArray(value)) return value.map((item) => evaluateDeep(item, read, around));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, evaluateDeep(item, read, around)]));
}

/** A reader of plain values. */
export function readerOf(scope: Record<string, unknown>): Reader {
  return (name, steps) => steps.reduce<unknown>(member, member(scope, name));
}

class Evaluator {
  constructor(
    readonly read: Reader,
    readonly around: Surroundings,
  ) {}

  value(node: Expression): unknown {
    switch (node.kind) {
      case 'literal':
        return node.value;
      case 'name':
        return this.read(node.name, []);
      case 'member':
        return this.#member(node);
      case 'unary':
        return this.#unary(node.operator, this.value(node.operand));
      case 'binary':
        return this.#binary(node.operator, node.left, node.right);
      case 'conditional':
        return this.value(truthy(this.value(node.test)) ? node.then : node.otherwise);
      case 'filter':
        return this.#filter(node);
    }
  }

  /** The parts of a template, each as the text that it stands for. */
  *texts(parts: (string | Expression)[]): Generator<string> {
    for (const part of parts) yield typeof part === 'string' ? part : toText(this.value(part));
  }

  /** A chain of steps from a name is read as one path, so that exactly that path is noted. */
  #member(node: Expression & { kind: 'member' }): unknown {
    const steps: string[] = [];
    let target: Expression = node;
    while (target.kind === 'member') {
      steps.unshift(keyOf(this.value(target.key)));
      target = target.target;
    }
    return target.kind === 'name' ? this.read(target.name, steps) : steps.reduce<unknown>(member, this.value(target));
  }

  #unary(operator: '!' | '-', value: unknown): unknown {
    if (operator === '!') return !truthy(value);
    const amount = toNumber(value);
    return amount === undefined ? undefined : tidy(-amount);
  }

  #binary(operator: Operator, left: Expression, right: Expression): unknown {
    const first = this.value(left);
    if (operator === '&&') return truthy(first) ? this.value(right) : first;
    if (operator === '||') return truthy(first) ? first : this.value(right);
    if (operator === '??') return isMissing(first) ? this.value(right) : first;
    return combine(operator, first, this.value(right));
  }

  #filter(node: Expression & { kind: 'filter' }): unknown {
    const filter = FILTERS.get(node.name);
    if (!filter) throw new ExpressionError(`unknown filter '${node.name}'`, node.position);
    const args = node.args.map((argument) => this.value(argument));
    return filter(this.value(node.target), args, this.around);
  }
}

function combine(operator: Operator, left: unknown, right: unknown): unknown {
  switch (operator) {
    case '==':
      return equal(left, right);
    case '!=':
      return !equal(left, right);
    case '<':
    case '<=':
      return less(left, right, operator === '<=');
    case '>':
    case '>=':
      return less(right, left, operator === '>=');
  }
  if (operator === '+' && (typeof left === 'string' || typeof right === 'string')) {
    return joined([toText(left), toText(right)]);
  }
  return arithmetic(operator, toNumber(left), toNumber(right));
}

/** Undefined where an operand is no number, and for a division by zero (which is not finite). */
function arithmetic(operator: Operator, left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case '+':
      return tidy(left + right);
    case '-':
      return tidy(left - right);
    case '*':
      return tidy(left * right);
    case '/':
      return tidy(left / right);
    default:
      return tidy(left % right);
  }
}
