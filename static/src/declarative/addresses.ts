/** Declarative: which addresses a widget may send people or their browser to. */

const SCHEMES = new Set(['https:', 'http:', 'mailto:', 'tel:']);

/** The address if it is https, http, mailto, tel or a path on this server; undefined for `javascript:` and the like. */
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

/**
 * Where the browser gets a picture: paths as they are, others through this server, since the page's policy allows no other
 * host and nobody elsewhere is to learn who looks at it. Empty for what is no picture's address.
 */
export function pictureUrl(written: string): string {
  if (isLocalPath(written)) return written;
  return hostOf(written) === undefined ? '' : `/api/pictures?url=${encodeURIComponent(written)}`;
}

/** The host, with its port where it has one, of an http or https address; undefined for any other. */
export function hostOf(address: string): string | undefined {
  return /^https?:\/\//i.test(address) && URL.canParse(address) ? new URL(address).host : undefined;
}
