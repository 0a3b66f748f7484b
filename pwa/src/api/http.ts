/** One way to talk to the API: same origin, the session cookie, a time limit, problem+json for errors. */

export const REQUEST_TIMEOUT_MS = 20_000

/** No answer, or an answer that is not the API's (a hotel's sign-in page, say). Worth trying again. */
export class Unreachable extends Error {
  override name = 'Unreachable'
}

/** The API answered and refused. `message` is its own sentence. */
export class Refused extends Error {
  override name = 'Refused'
  constructor(
    readonly status: number,
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message)
  }
}

export interface Answer {
  status: number
  body: unknown
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

function sentence(body: unknown, status: number): string {
  if (isObject(body)) {
    if (typeof body['detail'] === 'string' && body['detail']) return body['detail']
    if (typeof body['title'] === 'string' && body['title']) return body['title']
  }
  return `The server refused this (${status}).`
}

function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get('Retry-After') ?? 'none')
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined
}

/**
 * Sends a request and returns the API's answer.
 *
 * Throws `Refused` for a status of 400 or above that the API itself gave, `Unreachable` for everything else.
 */
export async function request(method: string, path: string, payload?: unknown): Promise<Answer> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), REQUEST_TIMEOUT_MS)
  try {
    const init: RequestInit = {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: { Accept: 'application/json' },
      signal: abort.signal,
    }
    if (payload !== undefined) {
      init.headers = { Accept: 'application/json', 'Content-Type': 'application/json' }
      init.body = JSON.stringify(payload)
    }
    const response = await fetch(path, init)
    if (response.status === 204) return { status: 204, body: null }
    const json = /^application\/(problem\+)?json\b/.test(response.headers.get('Content-Type') ?? '')
    if (!json) throw new Unreachable(`The answer (${response.status}) did not come from Outbound.`)
    const body: unknown = await response.json()
    if (response.status >= 400)
      throw new Refused(response.status, sentence(body, response.status), retryAfter(response))
    return { status: response.status, body }
  } catch (error) {
    if (error instanceof Refused || error instanceof Unreachable) throw error
    if (abort.signal.aborted) throw new Unreachable('The server took too long to answer.', { cause: error })
    if (error instanceof TypeError || error instanceof SyntaxError || error instanceof DOMException) {
      throw new Unreachable('No connection to the server.', { cause: error })
    }
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** Takes an object out of an answer, or says that the answer is not the API's. */
export function asObject(body: unknown): Record<string, unknown> {
  if (!isObject(body)) throw new Unreachable('The answer did not come from Outbound.')
  return body
}
