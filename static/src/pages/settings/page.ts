/** Settings: what the server wrote into the page: who reads it, and the roles and scopes there are. */
import type { Role } from './server.ts';

const RANK: Record<Role, number> = { owner: 4, admin: 3, member: 2, viewer: 1 };

function written<T>(id: string): T {
  return JSON.parse(document.getElementById(id)?.textContent ?? 'null') as T;
}

export const page = {
  get userId(): string {
    return document.body.dataset['signedIn'] ?? '';
  },
  get tenantId(): string {
    return document.body.dataset['tenant'] ?? '';
  },
  get role(): Role {
    return (document.body.dataset['role'] ?? 'viewer') as Role;
  },
  get isAdmin(): boolean {
    return RANK[this.role] >= RANK.admin;
  },
  /** Role values with their names, from the most to the least powerful. */
  roles(): [Role, string][] {
    return written<[Role, string][]>('settings-roles');
  },
  /** Scope names with what they allow. */
  scopes(): [string, string][] {
    const scopes = Object.entries(written<Record<string, string>>('settings-scopes'));
    return scopes.map(([scope, meaning]) => [scope, meaning.charAt(0).toUpperCase() + meaning.slice(1)]);
  },
};

/** Whether somebody with role `mine` may give, change or take away `theirs`. */
export function mayManage(mine: Role, theirs: Role): boolean {
  return RANK[mine] >= RANK.admin && RANK[mine] >= RANK[theirs];
}

export function roleName(role: Role): string {
  return page.roles().find(([value]) => value === role)?.[1] ?? role;
}
