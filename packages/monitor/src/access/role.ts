/** What a token allows: a viewer asks, an operator also gives orders. */
export type Role = 'viewer' | 'operator'

/** What a route does: it tells something, or it changes something. */
export type Access = 'read' | 'order'

/** All roles there are. */
export const roles: readonly Role[] = ['viewer', 'operator']

/** Whether a role is enough for what a route does. */
export function mayUse(role: Role, access: Access): boolean {
  return access === 'read' || role === 'operator'
}
