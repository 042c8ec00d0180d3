/** Expressions: a Pratt parser. The grammar is the server's (expressions.py), which refuses faulty trees beforehand.
 *
 * From loosest to tightest: `?:` · `??` · `||` · `&&` · `== !=` · `< <= > >=` · `+ -` · `* / %` · `!` · filters
 * `| name(a, b)` or `| name:a:b` · unary `-` · `.name`, `.0`, `[expression]`. The colon of a filter's argument stands
 * directly after what precedes it, so that the colon of a conditional is never taken for one.
 */
import { nextToken } from './lexer.ts';
import type { Token } from './lexer.ts';
import { ExpressionError } from './syntax.ts';
import type { Expression, Operator, Template } from './syntax.ts';

const MAX_TEXT = 10_000;
const MAX_DEPTH = 50;
const MAX_OPERATORS = 200;
const CACHE_SIZE = 4_096;

const TERNARY = 1;
const NOT = 9;
const FILTER = 10;
const NEGATE = 11;
const BINARY = new Map<string, number>([
  ['??', 2],
  ['||', 3],
  ['&&', 4],
  ['==', 5],
  ['!=', 5],
  ['<', 6],
  ['<=', 6],
  ['>', 6],
  ['>=', 6],
  ['+', 7],
  ['-', 7],
  ['*', 8],
  ['/', 8],
  ['%', 8],
]);
const WORDS = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** One expression from just after `{{` to its `}}`; `end` is then where the text goes on. */
class Parser {
  #token: Token;
  #depth = 0;
  #operators = 0;

  constructor(
    readonly text: string,
    public end: number,
  ) {
    this.#token = { kind: 'operator', value: '{{', position: end, glued: false };
    this.#advance();
  }

  parse(): Expression {
    const expression = this.#expression(TERNARY);
    if (!this.#at('}}')) throw this.#failure("an operator or '}}'");
    return expression;
  }

  #advance(): Token {
    const token = this.#token;
    const afterDot = token.kind === 'operator' && token.value === '.';
    [this.#token, this.end] = nextToken(this.text, this.end, afterDot);
    return token;
  }

  #at(value: string): boolean {
    return this.#token.kind === 'operator' && this.#token.value === value;
  }

  #take(value: string): void {
    if (!this.#at(value)) throw this.#failure(`'${value}'`);
    this.#advance();
  }

  #failure(expected: string): ExpressionError {
    const found = this.#token.kind === 'end' ? 'but the text ends' : `not '${this.#token.value}'`;
    return new ExpressionError(`expected ${expected}, ${found}`, this.#token.position);
  }

  /** Pratt's loop: a prefix, then every operator that binds at least as tightly as `power`. */
  #expression(power: number): Expression {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      throw new ExpressionError(`nested deeper than ${MAX_DEPTH} levels`, this.#token.position);
    }
    let left = this.#prefix();
    for (let step = this.#infix(left, power); step; step = this.#infix(left, power)) {
      left = step;
      this.#operators += 1;
      if (this.#operators > MAX_OPERATORS) {
        throw new ExpressionError(`more than ${MAX_OPERATORS} operators in one expression`, this.#token.position);
      }
    }
    this.#depth -= 1;
    return left;
  }

  #prefix(): Expression {
    const token = this.#token;
    if (token.kind === 'number') return { kind: 'literal', value: numberOf(this.#advance()) };
    if (token.kind === 'text') return { kind: 'literal', value: this.#advance().value };
    if (token.kind === 'name') return this.#word(this.#advance().value);
    if (this.#at('!') || this.#at('-')) return this.#unary(this.#advance().value as '!' | '-');
    this.#takeValue('(');
    const inner = this.#expression(TERNARY);
    this.#take(')');
    return inner;
  }

  #takeValue(opening: string): void {
    if (!this.#at(opening)) throw this.#failure('a value');
    this.#advance();
  }

  #word(name: string): Expression {
    const word = WORDS.get(name);
    return word === undefined ? { kind: 'name', name } : { kind: 'literal', value: word };
  }

  #unary(operator: '!' | '-'): Expression {
    return { kind: 'unary', operator, operand: this.#expression(operator === '!' ? NOT : NEGATE) };
  }

  #infix(left: Expression, power: number): Expression | undefined {
    if (this.#token.kind !== 'operator') return undefined;
    const operator = this.#token.value;
    if (operator === '.' || operator === '[') return this.#member(left);
    if (operator === '|') return power <= FILTER ? this.#filter(left) : undefined;
    if (operator === '?') return power <= TERNARY ? this.#conditional(left) : undefined;
    const binding = BINARY.get(operator);
    if (binding === undefined || binding < power) return undefined;
    this.#advance();
    return { kind: 'binary', operator: operator as Operator, left, right: this.#expression(binding + 1) };
  }

  #member(target: Expression): Expression {
    if (this.#advance().value === '[') {
      const key = this.#expression(TERNARY);
      this.#take(']');
      return { kind: 'member', target, key };
    }
    const { kind } = this.#token;
    if (kind !== 'name' && kind !== 'number') throw this.#failure("a name after '.'");
    const step = this.#advance().value;
    return { kind: 'member', target, key: { kind: 'literal', value: kind === 'number' ? Number(step) : step } };
  }

  #filter(target: Expression): Expression {
    this.#advance();
    if (this.#token.kind !== 'name') throw this.#failure("the name of a filter after '|'");
    const { value: name, position } = this.#advance();
    const args = this.#at('(') && this.#token.glued ? this.#callArguments() : [];
    while (this.#at(':') && this.#token.glued) {
      this.#advance();
      args.push(this.#expression(NEGATE));
    }
    return { kind: 'filter', target, name, args, position };
  }

  #callArguments(): Expression[] {
    this.#advance();
    const args: Expression[] = [];
    while (!this.#at(')')) {
      if (args.length > 0) this.#take(',');
      args.push(this.#expression(TERNARY));
    }
    this.#advance();
    return args;
  }

  #conditional(test: Expression): Expression {
    this.#advance();
    const then = this.#expression(TERNARY);
    this.#take(':');
    return { kind: 'conditional', test, then, otherwise: this.#expression(TERNARY) };
  }
}

function numberOf(token: Token): number {
  const value = Number(token.value);
  if (!Number.isFinite(value)) throw new ExpressionError('the number is too large', token.position);
  return value;
}

function parseParts(text: string): (string | Expression)[] {
  const parts: (string | Expression)[] = [];
  let start = 0;
  for (let opening = text.indexOf('{{'); opening >= 0; opening = text.indexOf('{{', start)) {
    if (opening > start) parts.push(text.slice(start, opening));
    const parser = new Parser(text, opening + 2);
    parts.push(parser.parse());
    start = parser.end;
  }
  if (start < text.length) parts.push(text.slice(start));
  return parts;
}

const cache = new Map<string, Template>();

/** The template that the text is. Throws ExpressionError with the place of the first fault. */
export function parse(text: string): Template {
  const known = cache.get(text);
  if (known) return known;
  if (text.length > MAX_TEXT && text.includes('{{')) {
    throw new ExpressionError(`a text with expressions has at most ${MAX_TEXT} characters`, MAX_TEXT);
  }
  const parts = parseParts(text);
  const solid = parts.filter((part) => typeof part !== 'string' || /[^ \t\r\n]/.test(part));
  const whole = solid.length === 1 && typeof solid[0] !== 'string';
  const template = { parts: whole ? solid : parts, whole };
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(text, template);
  return template;
}

/** Whether a text needs evaluating at all. */
export function hasExpression(text: string): boolean {
  return text.includes('{{');
}

/** Whether a text is one whole expression whose last filter is the named one. False for what cannot be read. */
export function endsIn(text: unknown, filter: string): boolean {
  if (typeof text !== 'string' || !hasExpression(text)) return false;
  try {
    const { parts, whole } = parse(text);
    const [only] = parts;
    return whole && typeof only === 'object' && only.kind === 'filter' && only.name === filter;
  } catch {
    return false;
  }
}
