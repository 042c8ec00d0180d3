/** Primitive `datetime`: a date and a time in the reader's zone, such as 2026-03-14T09:30. */
import type { Surroundings } from '../expressions/dates.ts';
import { formatDate, formatTime, millisecondsOf } from '../expressions/dates.ts';
import { MOMENT_PROPERTIES, MomentElement } from '../moment.ts';
import { definePrimitive } from '../registry.ts';

class DatetimeElement extends MomentElement {
  protected override readonly control_type = 'datetime-local';

  protected override normal(value: unknown, around: Surroundings): string {
    if (millisecondsOf(value, around) === undefined) return '';
    return `${formatDate(value, 'iso', around)}T${formatTime(value, around) || '00:00'}`;
  }

  protected override words(value: string, around: Surroundings): string {
    return `${formatDate(value, 'medium', around)} ${formatTime(value, around)}`;
  }
}

definePrimitive({ type: 'datetime', properties: [...MOMENT_PROPERTIES, 'step'], element: DatetimeElement });
