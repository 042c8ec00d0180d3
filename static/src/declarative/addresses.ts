/** Declarative: which addresses a widget may send people or their browser to. */

const SCHEMES = new Set(['https:', 'http:', 'mailto:']);

/** The address if it is https, http, mailto or a path on this server; undefined for `javascript:` and the like. */
export function safeUrl(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const written = value.trim();
  if (isLocalPath(written)) return written;
  return URL.canParse(written) && SCHEMES.has(new URL(written).protocol) ? written : undefined;
}

/** A path on this server: one slash, and nothing that a browser would read as another host. */
export function isLocalPath(address: string): boolean {
  return /^\/(?![/\\])/.test(address) && !/[\u0000-\u001f\\]/.test(address);
}

/** Whether an address leads away from this server. */
export function isExternal(address: string): boolean {
  return !isLocalPath(address) && !address.startsWith(`${globalThis.location?.origin ?? ''}/`);
}
