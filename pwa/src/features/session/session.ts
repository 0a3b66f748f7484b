/** Who is signed in on this phone, and what of theirs it holds. */
import { Refused } from '../../api/http'
import { getMe, postSignIn, postSignOut, type Identity } from '../../api/session'
import { accountOf, db, type Account, type StoredSession } from '../../db/database'

export async function storedSession(): Promise<StoredSession | undefined> {
  return db.session.get('session')
}

export async function activeAccount(): Promise<Account | null> {
  const session = await storedSession()
  return session?.state === 'active' ? accountOf(session.identity) : null
}

/** Copies of leads leave the phone with their reader; the outbox stays, under the account that filled it. */
async function forgetOthers(keep: Account | null): Promise<void> {
  for (const table of [db.leads, db.histories, db.marks]) {
    await (keep === null ? table.clear() : table.where('account').notEqual(keep).delete())
  }
}

/** Makes `identity` the one this phone works for. */
export async function enter(identity: Identity): Promise<void> {
  await db.transaction('rw', [db.session, db.leads, db.histories, db.marks], async () => {
    await forgetOthers(accountOf(identity))
    await db.session.put({ key: 'session', identity, state: 'active' })
  })
}

/** The server no longer knows the session. Leads and outbox wait for the same user to sign in again. */
export async function endSession(): Promise<void> {
  await db.session.where('key').equals('session').modify({ state: 'ended' })
}

export async function signIn(email: string, password: string): Promise<void> {
  await enter(await postSignIn(email, password))
}

/** Throws `Unreachable` without signal: the cookie is the server's to end. */
export async function signOut(): Promise<void> {
  try {
    await postSignOut()
  } catch (error) {
    if (!(error instanceof Refused && error.status === 401)) throw error // 401: it had ended already
  }
  await db.transaction('rw', [db.session, db.leads, db.histories, db.marks], async () => {
    await forgetOthers(null)
    await db.session.clear()
  })
}

/**
 * Asks the server who the cookie belongs to, and follows it: the same browser may have signed in as somebody
 * else in another tab. Returns that account, or null when nobody is signed in. Throws `Unreachable`.
 */
export async function confirmAccount(): Promise<Account | null> {
  try {
    const identity = await getMe()
    await enter(identity)
    return accountOf(identity)
  } catch (error) {
    if (error instanceof Refused && error.status === 401) {
      await endSession()
      return null
    }
    throw error
  }
}

/** Runs a request for the signed-in member; a 401 ends the session here too. */
export async function asMember<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refused && error.status === 401) await endSession()
    throw error
  }
}
