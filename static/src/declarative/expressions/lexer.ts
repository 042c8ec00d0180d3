/** Expressions: the words of an expression, one at a time. */
import { ExpressionError } from './syntax.ts';

export interface Token {
  kind: 'number' | 'text' | 'name' | 'operator' | 'end';
  value: string;
  position: number;
  /** No white space before it. */
  glued: boolean;
}

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const DIGITS = /[0-9]+/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const OPERATOR = /}}|\?\?|\|\||&&|==|!=|<=|>=|[-+*/%<>!?:|.,()[\]]/y;
const TEXT = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/y;
const ESCAPE = /\\(u[0-9a-fA-F]{4}|.)/g;
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"', '/': '/' };

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function unescapeText(body: string, position: number): string {
  return body.replace(ESCAPE, (whole, code: string, at: number) => {
    if (code.length === 5) return oneCharacter(code, position + 1 + at);
    const meant = ESCAPES[code];
    if (meant === undefined) throw new ExpressionError(`unknown escape ${whole}`, position + 1 + at);
    return meant;
  });
}

function oneCharacter(code: string, position: number): string {
  const number = parseInt(code.slice(1), 16);
  if (number >= 0xd800 && number <= 0xdfff) throw new ExpressionError(`\\${code} is half a character`, position);
  return String.fromCharCode(number);
}

/** The token at or after `start` and where the text goes on. After a dot, `0.1` is two steps and no number. */
export function nextToken(text: string, start: number, afterDot: boolean): [Token, number] {
  const at = start + (matchAt(SPACE, text, start)?.length ?? 0);
  const token = (kind: Token['kind'], written: string, value = written): [Token, number] => [
    { kind, value, position: at, glued: at === start },
    at + written.length,
  ];
  if (at >= text.length) return token('end', '');
  const number = matchAt(afterDot ? DIGITS : NUMBER, text, at);
  if (number !== undefined) return token('number', number);
  const name = matchAt(NAME, text, at);
  if (name !== undefined) return token('name', name);
  const operator = matchAt(OPERATOR, text, at);
  if (operator !== undefined) return token('operator', operator);
  const quoted = matchAt(TEXT, text, at);
  if (quoted !== undefined) return token('text', quoted, unescapeText(quoted.slice(1, -1), at));
  if (text[at] === "'" || text[at] === '"') throw new ExpressionError('a text in quotes is not closed', at);
  throw new ExpressionError(`unexpected character '${String.fromCodePoint(text.codePointAt(at)!)}'`, at);
}
