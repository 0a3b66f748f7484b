import { useEffect } from 'preact/hooks'
import { db } from './db/database'
import { useLive } from './db/useLive'
import { confirmAccount } from './features/session/session'
import { SignIn } from './features/session/SignIn'
import { Unreachable } from './api/http'
import { Main } from './main-view'
import { Fallback } from './ui/Fallback'
import { UpdateNotice } from './ui/UpdateNotice'

/** Follows the server on who is signed in; without signal the phone goes on as before. */
async function resume(): Promise<void> {
  try {
    await confirmAccount()
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
  }
}

function Screens() {
  const session = useLive(async () => ({ stored: await db.session.get('session') }), [])
  useEffect(() => void resume(), [])
  if (session === undefined) return null
  return (
    <>
      {session.stored?.state === 'active' ? (
        <Main identity={session.stored.identity} />
      ) : (
        <SignIn ended={session.stored?.identity ?? null} />
      )}
      <UpdateNotice />
    </>
  )
}

export function App() {
  return (
    <Fallback>
      <Screens />
    </Fallback>
  )
}
