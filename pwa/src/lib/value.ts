import { useEffect, useState } from 'preact/hooks'

/** One value that parts of the app watch. */
export interface Value<T> {
  get(): T
  set(next: T): void
  watch(listener: () => void): () => void
}

export function value<T>(initial: T): Value<T> {
  let current = initial
  const listeners = new Set<() => void>()
  return {
    get: () => current,
    set: (next) => {
      if (Object.is(next, current)) return
      current = next
      for (const listener of listeners) listener()
    },
    watch: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export function useValue<T>(source: Value<T>): T {
  const [, bump] = useState(0)
  useEffect(() => source.watch(() => bump((n) => n + 1)), [source])
  return source.get()
}
