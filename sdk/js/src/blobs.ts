/** Files over HTTP: upload before sending, download when wanted. */
import { NotAuthorized, Refused } from './errors.ts';
import type { AgentSettings } from './settings.ts';

export class Blobs {
  readonly #address: string;
  readonly #headers: Record<string, string>;

  constructor(settings: AgentSettings) {
    this.#address = `${settings.baseUrl}/agent/blobs`;
    this.#headers = { Authorization: `Bearer ${settings.token}` };
  }

  /** Store bytes. Throws NotAuthorized, Refused, or what `fetch` throws. */
  async upload(data: Uint8Array): Promise<{ id: string; sha256?: string }> {
    const headers = { ...this.#headers, 'Content-Type': 'application/octet-stream' };
    const response = await fetch(this.#address, { method: 'POST', headers, body: data as Uint8Array<ArrayBuffer> });
    return (await checked(response)).json() as Promise<{ id: string; sha256?: string }>;
  }

  /** A blob's bytes. Throws NotAuthorized, Refused, or what `fetch` throws. */
  async download(blobId: string): Promise<Uint8Array> {
    const response = await fetch(`${this.#address}/${encodeURIComponent(blobId)}`, { headers: this.#headers });
    return new Uint8Array(await (await checked(response)).arrayBuffer());
  }
}

async function checked(response: Response): Promise<Response> {
  if (response.ok) return response;
  if (response.status === 401) throw new NotAuthorized("the server does not know this agent's token");
  const body = (await response.json().catch(() => ({}))) as { error?: { code: string; message: string; path?: string } };
  if (body.error) throw new Refused(body.error.code, body.error.message, body.error.path);
  throw new Refused('UNEXPECTED_STATUS', `the server answered ${response.status}`);
}
