/** Chat: where an answer may lead. Answers are other people's words: only http, https and pages of this server. No DOM here. */

export interface SafeLink {
  href: string;
  /** Leads away from this server, so it opens in a new tab. */
  external: boolean;
}

/** The link, or undefined for anything but http, https or a path of `origin`. */
export function safeLink(address: unknown, origin: string): SafeLink | undefined {
  if (typeof address !== 'string' || /[\u0000-\u001f\\]/.test(address)) return undefined;
  const written = address.trim();
  const isPath = /^\/(?!\/)/.test(written);
  if (!isPath && !/^https?:\/\//i.test(written)) return undefined;
  if (!URL.canParse(written, origin)) return undefined;
  const url = new URL(written, origin);
  if (isPath) return url.origin === origin ? { href: written, external: false } : undefined;
  return { href: url.href, external: url.origin !== origin };
}

/** The host of an address outside, to show before one goes there; empty for a page of this server. */
export function hostOf(link: SafeLink): string {
  return link.external ? new URL(link.href).host : '';
}
