import { call, type Schema } from './client'
import { asObject, Unreachable } from './http'

/** Who is signed in, as far as this app keeps it. */
export interface Identity {
  user: { id: string; name: string; email: string }
  organisation: { id: string; name: string; slug: string; zone: string }
  role: string
}

function identity(answer: Schema<'Me'>): Identity {
  const user = asObject(answer.user)
  const organisation = asObject(answer.organisation)
  if (typeof user['id'] !== 'string' || typeof organisation['id'] !== 'string') {
    throw new Unreachable('The answer did not come from Outbound.')
  }
  return {
    user: { id: user['id'], name: String(user['name'] ?? ''), email: String(user['email'] ?? '') },
    organisation: {
      id: organisation['id'],
      name: String(organisation['name'] ?? ''),
      slug: String(organisation['slug'] ?? ''),
      zone: String(organisation['zone'] ?? ''),
    },
    role: String(answer.role ?? ''),
  }
}

/** Signs in; the session is an HttpOnly cookie, so the token in the answer is not kept. */
export async function postSignIn(email: string, password: string): Promise<Identity> {
  return identity(await call('post', '/api/auth/sign-in', { body: { email, password } }))
}

export async function postSignOut(): Promise<void> {
  await call('post', '/api/auth/sign-out', {})
}

/** Who the cookie says we are. Throws `Refused` with status 401 when nobody. */
export async function getMe(): Promise<Identity> {
  return identity(await call('get', '/api/me', {}))
}
