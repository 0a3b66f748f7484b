/** What can be logged at a door, in the order of the thumb: the bottom row is nearest. */

import type { Schema } from '../../api/client'

export type Tone = 'plain' | 'good' | 'no'

export interface Outcome {
  result: Schema<'ActivityResult'>
  label: string
  tone: Tone
  /** Asks for a date: when to come back, or when the appointment is. */
  date?: string
}

export const OUTCOMES: readonly Outcome[] = [
  { result: 'NOT_INTERESTED', label: 'Not interested', tone: 'no' },
  { result: 'NOT_QUALIFIED', label: 'Not qualified', tone: 'no' },
  { result: 'DO_NOT_CONTACT', label: 'Do not contact', tone: 'no' },
  { result: 'INTERESTED', label: 'Interested', tone: 'good', date: 'Come back' },
  { result: 'SCHEDULED', label: 'Scheduled', tone: 'good', date: 'Appointment' },
  { result: 'WON', label: 'Won', tone: 'good' },
  { result: 'NOT_HOME', label: 'Not home', tone: 'plain' },
  { result: 'LEFT_MATERIAL', label: 'Left material', tone: 'plain' },
  { result: 'FOLLOW_UP', label: 'Follow up', tone: 'good', date: 'Come back' },
]
