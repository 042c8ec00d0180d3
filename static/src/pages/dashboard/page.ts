/** Dashboard: what the server wrote into the page: who looks, at which workspace, and which others there are. */
import type { Workspace } from '../../panels/shapes.ts';


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
  /** Whether this person may change what stands on dashboards; a viewer may not. */
  get canWrite(): boolean {
    return ['owner', 'admin', 'member'].includes(document.body.dataset['role'] ?? '');
  },
  get isAdmin(): boolean {
    return ['owner', 'admin'].includes(document.body.dataset['role'] ?? '');
  },
  workspace(): Workspace {
    return written<Workspace>('dashboard-workspace');
  },
  workspaces(): Workspace[] {
    return written<Workspace[]>('dashboard-workspaces');
  },
};

/** Whether this person may rename, share or delete the workspace: its owner, or an admin. */
export function mayManage(workspace: Workspace): boolean {
  return page.canWrite && (page.isAdmin || workspace.owner_id === page.userId);
}

/** A private workspace is its owner's alone, whoever else was looking at it. */
export function isOpenToMe(workspace: Workspace): boolean {
  return workspace.visibility === 'tenant' || workspace.owner_id === page.userId;
}

export function addressOf(workspace: Pick<Workspace, 'id'>): string {
  return `/dashboard/${workspace.id}/`;
}
