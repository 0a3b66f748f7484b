import { useState } from 'preact/hooks'
import { Refused, Unreachable } from '../../api/http'
import type { Identity } from '../../api/session'
import { accountOf, db } from '../../db/database'
import { useLive } from '../../db/useLive'
import { signIn } from './session'

function keptWords(count: number): string {
  return count === 1
    ? '1 knock is kept on this phone and will be sent.'
    : `${count} knocks are kept on this phone and will be sent.`
}

/** `ended`: whose session the server ended, if any. */
export function SignIn({ ended }: { ended: Identity | null }) {
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const account = ended ? accountOf(ended) : null
  const kept = useLive(
    () => (account ? db.outbox.where('[account+state]').equals([account, 'waiting']).count() : 0),
    [account],
  )

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    setBusy(true)
    setProblem(null)
    try {
      await signIn(String(form.get('email')).trim(), String(form.get('password')))
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error
      setProblem(error.message)
      setBusy(false)
    }
  }

  return (
    <main class="sign-in">
      <img src={`${import.meta.env.BASE_URL}icons/mark.svg`} width="56" height="56" alt="" />
      <h1>Outbound</h1>
      {ended ? (
        <p class="notice" role="status">
          Your session has ended. Sign in again to go on. {kept ? keptWords(kept) : ''}
        </p>
      ) : (
        <p class="lede">Sign in to see your leads.</p>
      )}
      <form onSubmit={(event) => void submit(event)}>
        <label for="email">Email</label>
        <input
          id="email"
          name="email"
          type="email"
          inputMode="email"
          autocomplete="username"
          autocapitalize="none"
          required
          defaultValue={ended?.user.email ?? ''}
        />
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required />
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" class="primary" disabled={busy}>
          {busy ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
      {/* The server's own pages: they need a connection, and so does signing in. */}
      <p class="lede">
        <a href="/reset-password">Forgot your password?</a> · <a href="/sign-in?next=/app/">Company sign-in</a>
      </p>
    </main>
  )
}
