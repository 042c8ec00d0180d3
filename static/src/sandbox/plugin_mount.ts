/** Sandbox: a plugin's page in a frame: its calls, and the data that it is given. */
import type { SandboxHost } from './host.ts';
import type { Numbered } from './in_order.ts';
import { PluginCalls } from './plugin_calls.ts';
import { PluginFeed } from './plugin_feed.ts';
import { PluginJobs } from './plugin_jobs.ts';
import { pluginServer } from './plugin_server.ts';

/** What is needed of the element that shows it. */
export interface PluginSetting {
  /** It stands on a dashboard or in a conversation. */
  place: { instanceId: string; workspaceId: string | null | undefined; sessionId: string | null | undefined };
  maxHeight: number;
  host: () => SandboxHost | undefined;
  resize: (size: { height: number }) => void;
  /** Shows a message about it. */
  complain: (message: string) => void;
  /** Background work that was begun here goes on, or has ended. */
  working: (isWorking: boolean) => void;
}

export class PluginMount {
  readonly calls: PluginCalls;
  readonly #feed: PluginFeed;

  constructor(private readonly setting: PluginSetting) {
    const { place, maxHeight, host, resize, complain, working } = setting;
    const { instanceId } = place;
    const deliver = (data: unknown): void => host()?.send('data', { data });
    const jobs = new PluginJobs(working);
    this.#feed = new PluginFeed(instanceId, deliver, () => pluginServer.states(instanceId), jobs);
    const take = (entries: readonly Numbered[]): Promise<void> => this.#feed.take(entries);
    const began = (jobId: string): void => jobs.began(jobId);
    const page = { act: pluginServer.act, deliver: take, began, resize, complain, isPressed };
    this.calls = new PluginCalls({ instanceId, maxHeight }, page);
  }

  /** The frame can hear: it is given the last data, and what comes from now on. */
  start(): void {
    const { workspaceId, sessionId } = this.setting.place;
    const streams = [`user:${document.body.dataset['signedIn'] ?? ''}`];
    if (workspaceId) streams.push(`workspace:${workspaceId}`);
    if (sessionId) streams.push(`session:${sessionId}`);
    this.#feed.start(streams);
  }

  stop(): void {
    this.#feed.stop();
  }
}

function isPressed(): boolean {
  return navigator.userActivation.isActive;
}
