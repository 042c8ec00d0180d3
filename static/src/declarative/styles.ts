/** Declarative: styles that depend on values, set through the object model because the policy refuses attributes. */
import { noChange } from 'lit';
import type { ElementPart, PartInfo } from 'lit/directive.js';
import { Directive, PartType, directive } from 'lit/directive.js';
import { setStyle } from './primitive.ts';

/** Values by property name; undefined removes. */
export type Styles = Record<string, string | undefined>;

class StylesDirective extends Directive {
  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('styles() is used as an element’s own expression: <p ${styles(…)}>');
  }

  override update(part: ElementPart, [values]: [Styles]): unknown {
    for (const [name, value] of Object.entries(values)) setStyle(part.element as HTMLElement, name, value);
    return noChange;
  }

  render(_values: Styles): unknown {
    return noChange;
  }
}

/** `<div ${styles({ width: '40px' })}>` */
export const styles = directive(StylesDirective);
