import { useEffect, useState } from 'preact/hooks'
import { Refused, Unreachable } from '../../api/http'
import type { Identity } from '../../api/session'
import { accountOf, db } from '../../db/database'
import { useLive } from '../../db/useLive'
import { words } from '../leads/stages'
import { signOut } from './session'
import { keepStorage } from './storage'

export function Account({ identity }: { identity: Identity }) {
  const account = accountOf(identity)
  const [kept, setKept] = useState<boolean | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const waiting = useLive(
    () => db.outbox.where('[account+state]').equals([account, 'waiting']).count(),
    [account],
  )
  const counts = useLive(() => db.leads.where('account').equals(account).count(), [account])
  useEffect(() => void keepStorage().then(setKept), [])

  async function leave(): Promise<void> {
    setProblem(null)
    try {
      await signOut()
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error
      setProblem(`${error.message} You are still signed in; try again with signal.`)
    }
  }

  return (
    <div class="page">
      <section class="card">
        <h2>{identity.user.name}</h2>
        <dl class="facts">
          <div>
            <dt>Email</dt>
            <dd>{identity.user.email}</dd>
          </div>
          <div>
            <dt>Franchise</dt>
            <dd>{identity.organisation.name}</dd>
          </div>
          <div>
            <dt>Role</dt>
            <dd>{words(identity.role)}</dd>
          </div>
        </dl>
      </section>
      <section class="card">
        <h2>On this phone</h2>
        <dl class="facts">
          <div>
            <dt>Leads</dt>
            <dd>{counts ?? 0}</dd>
          </div>
          <div>
            <dt>Waiting to send</dt>
            <dd>{waiting ?? 0}</dd>
          </div>
          <div>
            <dt>Storage</dt>
            <dd>
              {kept === null ? '' : kept ? 'Kept by the browser' : 'May be cleared when space runs short'}
            </dd>
          </div>
        </dl>
        {kept === false && (
          <p class="hint">Add Outbound to your home screen, so that the browser keeps your work.</p>
        )}
      </section>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <button type="button" class="secondary wide" onClick={() => void leave()}>
        Sign out
      </button>
      {Boolean(waiting) && (
        <p class="hint">What waits stays on this phone, and is sent when you sign in again.</p>
      )}
    </div>
  )
}
