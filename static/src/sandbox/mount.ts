/** Sandbox: one mount: the wrapper's frame in the page with its side of the bridge. */
import type { Dress } from './colours.ts';
import { SandboxHost, listen } from './host.ts';
import type { HostListener, Peer } from './host.ts';
import { guardKeyboard } from './keyboard.ts';
import { frameAddress } from './server.ts';

/** Milliseconds a frame that has loaded may stay without a word. */
const WORDLESS = 2_000;

export interface Setting {
  widgetId: string;
  instanceId: string;
  /** What the frame is called for those who cannot see it. */
  title: string;
  listener: HostListener;
}

export class FrameMount {
  readonly host: SandboxHost;
  readonly #frame = document.createElement('iframe');
  readonly #peer: Peer;
  readonly #leave: (() => void)[];
  #loads = 0;
  #wordless: ReturnType<typeof setTimeout> | undefined;

  constructor(stage: HTMLElement, { widgetId, instanceId, title, listener }: Setting) {
    const frame = this.#frame;
    const origin = document.body.dataset['sandboxOrigin'] || 'null';
    const address = { channelId: newChannel(), widgetId };
    this.#peer = peerOf(frame, origin);
    this.host = new SandboxHost(address, this.#peer, listener);
    this.#leave = [listen(this.host), guardKeyboard(frame, () => this.host.end('keyboard'))];
    frame.className = 'sandbox-document';
    frame.title = title;
    // A wrapper with an origin of its own keeps it; on the page's host it has none.
    frame.setAttribute('sandbox', origin === 'null' ? 'allow-scripts' : 'allow-scripts allow-same-origin');
    frame.allow = '';
    frame.referrerPolicy = 'no-referrer';
    frame.addEventListener('load', () => this.#loaded(listener));
    frame.src = frameAddress({ ...address, instanceId });
    stage.append(frame);
  }

  /** Tells the wrapper the theme: a frame of another colour scheme than what is around it is painted opaque. */
  dress({ theme }: Dress): void {
    this.#peer.post({ type: 'event', method: 'theme', ...this.host.address, params: { theme } }, []);
  }

  /** Takes the frame away, and what it had asked for with it. */
  end(): void {
    clearTimeout(this.#wordless);
    this.host.close();
    for (const leave of this.#leave) leave();
    this.#frame.remove();
  }

  #loaded(listener: HostListener): void {
    this.#loads += 1;
    if (this.#loads > 1) this.host.end('reloaded');
    else this.#wordless = setTimeout(() => this.host.isOpen || this.host.isClosed || listener.failed(''), WORDLESS);
  }
}

function peerOf(frame: HTMLIFrameElement, origin: string): Peer {
  return {
    origin,
    window: () => frame.contentWindow,
    // An opaque origin cannot be named; what is sent is a port to a widget that its own frame may have.
    post: (message, ports) => frame.contentWindow?.postMessage(message, origin === 'null' ? '*' : origin, ports),
  };
}

/** A random UUID; `crypto.randomUUID` is missing on plain-http origins other than localhost. */
function newChannel(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
