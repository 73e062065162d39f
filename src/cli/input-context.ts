/** The parts of a run that a service needs to read the input of a command. */
import type {AddressBook} from '../account/address-book.ts'

export interface InputContext {
  /** Ends the wait for a password file. */
  signal: AbortSignal
  /** Ends the wait for the text. @param file `-` for standard input */
  inputSignal(file: string): AbortSignal
  warn(sentence: string): void
  addressBook(): Promise<AddressBook>
}
