/** Settings: the server's answers, and the calls that this page makes. */
import { api } from '../../api.ts';

export type Role = 'owner' | 'admin' | 'member' | 'viewer';

export interface Organisation {
  id: string;
  name: string;
  confirm_writes: boolean;
}

export interface Member {
  id: string;
  user: { id: string; username: string; name: string };
  role: Role;
  created_at: string;
}

export interface Invite {
  id: string;
  role: Role;
  created_at: string;
  expires_at: string;
}

export interface Token {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  is_service: boolean;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
  last_used_at: string | null;
}

export interface NewToken {
  name: string;
  scopes: string[];
  service: boolean;
  expiresAt?: string;
}

export const server = {
  organisation: async (): Promise<Organisation> => (await api.get<{ tenant: Organisation }>('/api/tenant')).tenant,
  updateOrganisation: async (change: { name?: string; confirmWrites?: boolean }): Promise<Organisation> =>
    (await api.patch<{ tenant: Organisation }>('/api/tenant', change, { keepalive: true })).tenant,

  members: async (): Promise<Member[]> => (await api.get<{ members: Member[] }>('/api/members')).members,
  changeRole: async (id: string, role: Role): Promise<Member> =>
    (await api.patch<{ member: Member }>(`/api/members/${id}`, { role })).member,
  removeMember: (id: string): Promise<unknown> => api.delete(`/api/members/${id}`),

  invites: async (): Promise<Invite[]> => (await api.get<{ invites: Invite[] }>('/api/invites')).invites,
  createInvite: (role: Role): Promise<{ invite: Invite; link: string }> => api.post('/api/invites', { role }),
  revokeInvite: (id: string): Promise<unknown> => api.delete(`/api/invites/${id}`),

  tokens: async (): Promise<Token[]> => (await api.get<{ tokens: Token[] }>('/api/tokens')).tokens,
  createToken: (token: NewToken): Promise<{ token: Token; secret: string }> => api.post('/api/tokens', token),
  revokeToken: (id: string): Promise<unknown> => api.delete(`/api/tokens/${id}`),
};
