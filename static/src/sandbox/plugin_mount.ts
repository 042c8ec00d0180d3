/** Sandbox: a plugin's page in a frame: its calls, and the data that it is given. */
import type { SandboxHost } from './host.ts';
import type { Numbered } from './in_order.ts';
import { PluginCalls } from './plugin_calls.ts';
import { PluginFeed } from './plugin_feed.ts';
import { pluginServer } from './plugin_server.ts';

/** What is needed of the element that shows it. */
export interface PluginSetting {
  instanceId: string;
  maxHeight: number;
  /** Streams that tell of the place beside the person's own. */
  streams: readonly string[];
  host: () => SandboxHost | undefined;
  resize: (size: { height: number }) => void;
  /** Shows a message about it. */
  complain: (message: string) => void;
}

export class PluginMount {
  readonly calls: PluginCalls;
  readonly #feed: PluginFeed;

  constructor(private readonly setting: PluginSetting) {
    const { instanceId, maxHeight, host, resize, complain } = setting;
    const deliver = (data: unknown): void => host()?.send('data', { data });
    this.#feed = new PluginFeed(instanceId, deliver, () => pluginServer.states(instanceId));
    const take = (entries: readonly Numbered[]): Promise<void> => this.#feed.take(entries);
    this.calls = new PluginCalls({ instanceId, maxHeight }, { act: pluginServer.act, deliver: take, resize, complain, isPressed });
  }

  /** The frame can hear: it is given the last data, and what comes from now on. */
  start(): void {
    const own = `user:${document.body.dataset['signedIn'] ?? ''}`;
    this.#feed.start([own, ...this.setting.streams]);
  }

  stop(): void {
    this.#feed.stop();
  }
}

function isPressed(): boolean {
  return navigator.userActivation.isActive;
}
