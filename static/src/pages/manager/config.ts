/** Manager: the form of a place's config, from the manifest's configSchema. Pure: schema in, fields and values out. */

export type FieldKind = 'text' | 'long-text' | 'number' | 'boolean' | 'choice' | 'choices' | 'lines' | 'json';

export interface ConfigField {
  name: string;
  kind: FieldKind;
  label: string;
  description: string;
  required: boolean;
  /** The values of a choice. */
  options: unknown[];
  fallback: unknown;
  minimum?: number;
  maximum?: number;
  step: number | 'any';
  maxLength?: number;
}

export type Config = Record<string, unknown>;
/** What is in the controls, by field: texts, and booleans or lists of positions for boxes. */
export type Draft = Record<string, string | boolean | number[]>;

/** A text of the draft that is no value of its field. */
export class NotAValue extends Error {}

type Schema = Record<string, unknown>;

const LONG_TEXT = 200;

/** The fields of an object schema, in the order they are written; none for anything else. */
export function fieldsOf(schema: unknown): ConfigField[] {
  const { properties, required } = asRecord(schema);
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(asRecord(properties)).map(([name, spec]) => fieldOf(name, asRecord(spec), needed.includes(name)));
}

function fieldOf(name: string, spec: Schema, required: boolean): ConfigField {
  const kind = kindOf(spec);
  const field: ConfigField = {
    name,
    kind,
    label: text(spec['title']) || words(name),
    description: text(spec['description']),
    required,
    options: optionsOf(kind === 'choices' ? asRecord(spec['items']) : spec),
    fallback: spec['default'],
    step: spec['type'] === 'integer' ? 1 : 'any',
  };
  if (typeof spec['minimum'] === 'number') field.minimum = spec['minimum'];
  if (typeof spec['maximum'] === 'number') field.maximum = spec['maximum'];
  if (typeof spec['maxLength'] === 'number') field.maxLength = spec['maxLength'];
  return field;
}

function kindOf(spec: Schema): FieldKind {
  const type = spec['type'];
  if (optionsOf(spec).length > 0) return 'choice';
  if (type === 'boolean') return 'boolean';
  if (type === 'number' || type === 'integer') return 'number';
  if (type === 'string') return typeof spec['maxLength'] === 'number' && spec['maxLength'] > LONG_TEXT ? 'long-text' : 'text';
  if (type === 'array') {
    const items = asRecord(spec['items']);
    if (optionsOf(items).length > 0) return 'choices';
    if (items['type'] === 'string') return 'lines';
  }
  return 'json';
}

function optionsOf(spec: Schema): unknown[] {
  return Array.isArray(spec['enum']) ? spec['enum'] : 'const' in spec ? [spec['const']] : [];
}

/** What the controls show for a config. */
export function draftOf(fields: ConfigField[], config: Config): Draft {
  return Object.fromEntries(fields.map((field) => [field.name, shown(field, config[field.name])]));
}

function shown(field: ConfigField, value: unknown): Draft[string] {
  const present = value ?? (field.kind === 'text' || field.kind === 'long-text' || field.kind === 'number' ? undefined : field.fallback);
  switch (field.kind) {
    case 'boolean':
      return present === true;
    case 'choices':
      return Array.isArray(present) ? field.options.flatMap((option, at) => (has(present, option) ? [at] : [])) : [];
    case 'choice':
      return present === undefined ? '' : String(field.options.findIndex((option) => same(option, present)));
    case 'lines':
      return Array.isArray(present) ? present.map(String).join('\n') : '';
    case 'json':
      return present === undefined ? '' : JSON.stringify(present, null, 2);
    default:
      return present === undefined ? '' : String(present);
  }
}

/**
 * The config that a draft stands for. What the schema does not name stays as it is; a field that was not touched and
 * has no value gets none. Throws NotAValue, with the field's name as its message.
 */
export function configOf(fields: ConfigField[], draft: Draft, config: Config): Config {
  const before = draftOf(fields, config);
  const next = { ...config };
  for (const field of fields) {
    const given = draft[field.name]!;
    const missing = field.required && field.kind === 'boolean' && !(field.name in config);
    if (same(given, before[field.name]) && !missing) continue;
    const value = meant(field, given);
    if (value === undefined) delete next[field.name];
    else next[field.name] = value;
  }
  return next;
}

function meant(field: ConfigField, given: Draft[string]): unknown {
  if (typeof given === 'boolean') return given;
  if (Array.isArray(given)) return given.map((at) => field.options[at]);
  if (field.kind === 'lines') return given.split('\n').map((line) => line.trim()).filter(Boolean);
  if (given.trim() === '') return undefined;
  if (field.kind === 'choice') return field.options[Number(given)];
  if (field.kind === 'number') return numberOf(field, given);
  return field.kind === 'json' ? parsed(field, given) : given;
}

function numberOf(field: ConfigField, given: string): number {
  const value = Number(given);
  if (!Number.isFinite(value)) throw new NotAValue(field.name);
  return value;
}

function parsed(field: ConfigField, given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    throw new NotAValue(field.name);
  }
}

/** The field that a path of the server means: `config.columns[1]` → `columns`. */
export function fieldAt(path: string): string {
  return /^config\.([^.[]+)/.exec(path)?.[1] ?? '';
}

function has(list: unknown[], value: unknown): boolean {
  return list.some((each) => same(each, value));
}

export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function asRecord(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** `refreshEvery_minutes` → “Refresh every minutes”. */
function words(name: string): string {
  const split = name.replace(/[_-]+/g, ' ').replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return split.charAt(0).toUpperCase() + split.slice(1);
}
