/** Declarative: sizes of files, and which kinds of files a field takes. */

const UNITS: Record<string, number> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };
const WRITTEN = /^\s*(\d+(?:\.\d+)?)\s*([KMG]i?B|B)?\s*$/;

/** Bytes of a size such as `10MB`; undefined for what is none. */
export function bytesOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value > 0 ? value : undefined;
  const match = typeof value === 'string' ? WRITTEN.exec(value) : null;
  return match ? Number(match[1]) * UNITS[match[2] ?? 'B']! : undefined;
}

/** A size in the unit that people use for it. */
export function writtenSize(bytes: number, locale: string): string {
  const [unit, size] = bytes >= 1e9 ? ['gigabyte', 1e9] : bytes >= 1e6 ? ['megabyte', 1e6] : bytes >= 1e3 ? ['kilobyte', 1e3] : ['byte', 1];
  return new Intl.NumberFormat(locale, { style: 'unit', unit: unit as string, unitDisplay: size === 1 ? 'long' : 'short', maximumFractionDigits: 1 }).format(bytes / (size as number));
}

/** Whether a file is of a kind that `accept` names, as in HTML; an empty one takes everything. */
export function accepts(accept: string, { name, type }: Pick<File, 'name' | 'type'>): boolean {
  const kinds = accept.split(',').map((kind) => kind.trim().toLowerCase()).filter(Boolean);
  return kinds.length === 0 || kinds.some((kind) => isOf(kind, name.toLowerCase(), type.toLowerCase()));
}

function isOf(kind: string, name: string, type: string): boolean {
  if (kind.startsWith('.')) return name.endsWith(kind);
  if (kind.endsWith('/*')) return type.startsWith(kind.slice(0, -1));
  return kind === type || kind === '*';
}
