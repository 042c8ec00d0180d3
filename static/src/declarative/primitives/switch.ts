/** Primitive `switch`: a toggle that is on or off. */
import { FIELD_PROPERTIES } from '../field.ts';
import { definePrimitive } from '../registry.ts';
import { ToggleElement } from '../toggle.ts';

class SwitchElement extends ToggleElement {
  protected override show(): unknown {
    return this.toggle('switch');
  }
}

definePrimitive({ type: 'switch', properties: FIELD_PROPERTIES, element: SwitchElement });
