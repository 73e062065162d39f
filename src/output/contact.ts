/** Renders the change of a contact as a sentence. */
import type {Failure} from '../errors.ts'
import type {SubscriptionResult, SubscriptionState} from '../protocol/presence/subscription.ts'
import type {UpsertResult} from '../protocol/roster/update-contact.ts'
import type {PromptWords} from './prompt.ts'
import {requestsOf} from './roster.ts'
import {sanitizeLine} from './sanitize.ts'

/** The result for one of several contacts. */
export interface ContactOutcome {
  jid: string
  /** `unknown`: requested, but the run ended before the server confirmed it. */
  state: 'added' | 'edited' | 'unchanged' | 'removed' | 'failed' | 'unknown'
  error: Failure | null
}

const DONE = {
  added: 'Added',
  edited: 'Edited',
  unchanged: 'Unchanged:',
  removed: 'Removed',
  failed: 'Failed:',
  unknown: 'Unknown:',
}

export function renderOutcome({jid, state}: ContactOutcome): string {
  return `${DONE[state]} ${sanitizeLine(jid)}`
}

export function renderUpsert({state, ...contact}: UpsertResult): string {
  const how = [`subscription ${contact.subscription}`, ...requestsOf(contact)]
  return `${DONE[state]} ${sanitizeLine(contact.jid)} (${how.join(', ')})`
}

export function renderSubscription({jid, state}: SubscriptionResult): string {
  return SENTENCES[state](sanitizeLine(jid))
}

const SENTENCES: Readonly<Record<SubscriptionState, (jid: string) => string>> = {
  requested: (jid) => `Requested a subscription from ${jid}, which has not replied yet`,
  subscribed: (jid) => `This account sees the presence of ${jid}`,
  unsubscribed: (jid) => `This account no longer sees the presence of ${jid}`,
  approved: (jid) => `${jid} sees the presence of this account`,
  'pre-approved': (jid) => `Approved the future subscription request of ${jid}`,
  denied: (jid) => `${jid} does not see the presence of this account`,
  unchanged: (jid) => `Nothing to do for ${jid}`,
}

export const NO_CONTACTS_IN_FILE = 'The file contains no contacts'

export const removeContactsPrompt = (count: number): PromptWords => ({
  message: `Remove ${count} contacts? (yes/no)`,
  valueName: `The confirmation to remove ${count} contacts`,
  instead: '--yes',
})
