/** Dashboard: the fields of a widget's configuration, read from its JSON Schema. No DOM here. */
import { t } from '../../i18n.ts';

interface Described {
  name: string;
  label: string;
  description: string;
  required: boolean;
}

export type ConfigField = Described &
  (
    | { kind: 'text'; longest?: number }
    | { kind: 'number'; whole: boolean; minimum?: number; maximum?: number }
    | { kind: 'boolean' }
    | { kind: 'choice'; choices: unknown[] }
    | { kind: 'lines' }
    | { kind: 'json' }
  );

type Schema = Record<string, unknown>;

/** One field for each property of an object schema; what has no form of its own is written as JSON. */
export function fieldsOf(schema: Schema | null): ConfigField[] {
  const properties = isSchema(schema?.['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema?.['required']) ? schema['required'] : [];
  return Object.entries(properties)
    .filter(([name]) => name !== 'title')
    .map(([name, spec]) => fieldOf(name, isSchema(spec) ? spec : {}, required.includes(name)));
}

function fieldOf(name: string, spec: Schema, required: boolean): ConfigField {
  const described: Described = {
    name,
    label: typeof spec['title'] === 'string' ? spec['title'] : labelOf(name),
    description: typeof spec['description'] === 'string' ? spec['description'] : '',
    required,
  };
  if (Array.isArray(spec['enum'])) return { ...described, kind: 'choice', choices: spec['enum'] };
  switch (spec['type']) {
    case 'string':
      return { ...described, kind: 'text', ...number('longest', spec['maxLength']) };
    case 'integer':
    case 'number': {
      const bounds = { ...number('minimum', spec['minimum']), ...number('maximum', spec['maximum']) };
      return { ...described, kind: 'number', whole: spec['type'] === 'integer', ...bounds };
    }
    case 'boolean':
      return { ...described, kind: 'boolean' };
    case 'array':
      return { ...described, kind: isSchema(spec['items']) && spec['items']['type'] === 'string' ? 'lines' : 'json' };
    default:
      return { ...described, kind: 'json' };
  }
}

function number<Name extends string>(name: Name, value: unknown): { [key in Name]?: number } {
  return (typeof value === 'number' ? { [name]: value } : {}) as { [key in Name]?: number };
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `refreshEvery`, `refresh_every` → `Refresh every`. */
function labelOf(name: string): string {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll(/[_-]+/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A value of the config as its control shows it; a choice is shown by its number. */
export function showValue(field: ConfigField, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (field.kind === 'choice') return String(field.choices.findIndex((choice) => choice === value));
  if (field.kind === 'lines' && Array.isArray(value)) return value.join('\n');
  if (field.kind === 'json') return JSON.stringify(value, null, 2);
  return String(value);
}

/** The value of a control's text; undefined when it is left empty. Throws an Error that says what is allowed. */
export function readField(field: ConfigField, text: string): unknown {
  if (field.kind === 'boolean') return text === 'true';
  if (text.trim() === '') {
    if (field.required) throw new Error(t('This is required.'));
    return undefined;
  }
  switch (field.kind) {
    case 'choice':
      return field.choices[Number(text)];
    case 'number':
      return readNumber(field, text);
    case 'lines':
      return text.split('\n').map((line) => line.trim()).filter(Boolean);
    case 'json':
      try {
        return JSON.parse(text);
      } catch {
        throw new Error(t('This is not valid JSON.'));
      }
    case 'text':
      return text;
  }
}

function readNumber({ whole, minimum, maximum }: Extract<ConfigField, { kind: 'number' }>, text: string): number {
  const value = Number(text);
  if (Number.isNaN(value)) throw new Error(t('Write a number.'));
  if (whole && !Number.isInteger(value)) throw new Error(t('Write a whole number.'));
  if (minimum !== undefined && value < minimum) throw new Error(t('At least {min}.', { min: minimum }));
  if (maximum !== undefined && value > maximum) throw new Error(t('At most {max}.', { max: maximum }));
  return value;
}
