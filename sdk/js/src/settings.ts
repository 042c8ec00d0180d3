/** Where the server is and who the agent is, as the app's "copy .env" gives it. */
import { ConfigurationError } from './errors.ts';

export interface AgentSettings {
  agentId: string;
  /** The secret that was shown once. */
  token: string;
  /** As `https://widgets.example`. */
  baseUrl: string;
  /** As `wss://widgets.example`; without it, WebSockets are at the same address. */
  wsUrl?: string;
}

interface NodeProcess {
  env: Record<string, string | undefined>;
  loadEnvFile?(path: string): void;
}

/** AGENT_ID, AGENT_TOKEN, AGENT_BASE_URL and AGENT_WS_URL of the environment, else of a `.env` file. Node only. */
export function readSettings(file: string): AgentSettings {
  const { process } = globalThis as unknown as { process?: NodeProcess };
  if (!process) throw new ConfigurationError('there is no environment here: give the settings to the constructor');
  try {
    process.loadEnvFile?.(file);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error;
  }
  const { env } = process;
  const required = (name: string): string => {
    const value = env[name];
    if (!value) throw new ConfigurationError(`${name} is not set: copy the .env of your agent from the app's Agents page`);
    return value;
  };
  const settings: AgentSettings = {
    agentId: required('AGENT_ID'),
    token: required('AGENT_TOKEN'),
    baseUrl: required('AGENT_BASE_URL'),
  };
  return env['AGENT_WS_URL'] ? { ...settings, wsUrl: env['AGENT_WS_URL'] } : settings;
}

/** With both addresses, without a slash at their end. Throws ConfigurationError. */
export function complete(settings: AgentSettings): Required<AgentSettings> {
  const baseUrl = settings.baseUrl.replace(/\/+$/, '');
  if (!/^https?:\/\//.test(baseUrl)) {
    throw new ConfigurationError(`baseUrl must begin with http:// or https://, not ${settings.baseUrl}`);
  }
  const wsUrl = (settings.wsUrl ?? baseUrl.replace(/^http/, 'ws')).replace(/\/+$/, '');
  if (!/^wss?:\/\//.test(wsUrl)) {
    throw new ConfigurationError(`wsUrl must begin with ws:// or wss://, not ${settings.wsUrl}`);
  }
  return { agentId: settings.agentId, token: settings.token, baseUrl, wsUrl };
}
