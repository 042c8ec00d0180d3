/** Primitive `date`: a calendar date such as 2026-03-14. */
import type { Surroundings } from '../expressions/dates.ts';
import { formatDate, millisecondsOf } from '../expressions/dates.ts';
import { MOMENT_PROPERTIES, MomentElement } from '../moment.ts';
import { definePrimitive } from '../registry.ts';

class DateElement extends MomentElement {
  protected override readonly control_type = 'date';

  protected override normal(value: unknown, around: Surroundings): string {
    return millisecondsOf(value, around) === undefined ? '' : formatDate(value, 'iso', around);
  }

  protected override words(value: string, around: Surroundings): string {
    return formatDate(value, 'medium', around);
  }
}

definePrimitive({ type: 'date', properties: MOMENT_PROPERTIES, element: DateElement });
