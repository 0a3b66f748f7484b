import { liveQuery } from 'dexie'
import { useEffect, useState } from 'preact/hooks'

/** The result of a Dexie query, kept current over changes by any tab; `undefined` until first read. */
export function useLive<T>(query: () => Promise<T> | T, inputs: readonly unknown[]): T | undefined {
  const [value, setValue] = useState<T | undefined>(undefined)
  const [failure, setFailure] = useState<unknown>(null)
  useEffect(() => {
    setValue(undefined)
    const subscription = liveQuery(query).subscribe({ next: setValue, error: setFailure })
    return () => subscription.unsubscribe()
  }, inputs)
  if (failure) throw failure
  return value
}
