/** The password that `password set` sets. */
import {readPasswordLine} from '../../account/config/user-file.ts'
import {checkPassword} from '../../account/secrets/password-rules.ts'
import {readStdin} from '../../cli/stdin.ts'
import {askNewPassword} from '../../cli/terminal/prompt.ts'
import {newPasswordPrompt} from '../../output/prompt.ts'

/** The new password for `password set`, from a file or typed twice. */
export async function readNewPassword(
  file: string | undefined,
  jid: string,
  signal: AbortSignal,
): Promise<string> {
  const password =
    file === undefined
      ? await askNewPassword({...newPasswordPrompt(jid), signal})
      : await readPasswordLine(file, 'the password file', readStdin, signal)
  await checkPassword(password, file === undefined ? 'the terminal' : '--new-password-file')
  return password
}
