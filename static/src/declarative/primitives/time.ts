/** Primitive `time`: a time of day such as 09:30. */
import type { Surroundings } from '../expressions/dates.ts';
import { formatTime, millisecondsOf } from '../expressions/dates.ts';
import { MOMENT_PROPERTIES, MomentElement } from '../moment.ts';
import { definePrimitive } from '../registry.ts';

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d/;

class TimeElement extends MomentElement {
  protected override readonly control_type = 'time';

  protected override normal(value: unknown, around: Surroundings): string {
    if (typeof value === 'string' && CLOCK.test(value)) return value.slice(0, 5);
    return millisecondsOf(value, around) === undefined ? '' : formatTime(value, around);
  }

  protected override words(value: string): string {
    return value;
  }
}

definePrimitive({ type: 'time', properties: [...MOMENT_PROPERTIES, 'step'], element: TimeElement });
