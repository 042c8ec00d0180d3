/** Primitive `checkbox`: a box that is ticked or not. */
import { nothing } from 'lit';
import { FIELD_PROPERTIES } from '../field.ts';
import { definePrimitive } from '../registry.ts';
import { ToggleElement } from '../toggle.ts';

class CheckboxElement extends ToggleElement {
  protected override show(): unknown {
    return this.toggle(nothing);
  }
}

definePrimitive({ type: 'checkbox', properties: FIELD_PROPERTIES, element: CheckboxElement });
