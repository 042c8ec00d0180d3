/** Expressions: the syntax tree, and what a faulty text is refused with. */

/** A text is not a valid template. `position` counts from the start of the text, from 0. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  constructor(
    message: string,
    readonly position: number,
  ) {
    super(`${message} at character ${position + 1}`);
  }
}

export type Operator = '??' | '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%';

export type Expression =
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'name'; name: string }
  | { kind: 'member'; target: Expression; key: Expression }
  | { kind: 'unary'; operator: '!' | '-'; operand: Expression }
  | { kind: 'binary'; operator: Operator; left: Expression; right: Expression }
  | { kind: 'conditional'; test: Expression; then: Expression; otherwise: Expression }
  | { kind: 'filter'; target: Expression; name: string; args: Expression[]; position: number };

/** Literal pieces and expressions in order; `whole` if one expression is all there is. */
export interface Template {
  parts: (string | Expression)[];
  whole: boolean;
}
