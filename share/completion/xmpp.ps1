# Completion of xmpp @VERSION@ for PowerShell. Add this line to $PROFILE:
#   xmpp completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName xmpp -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)

  # Each list has pairs: a word and its description.
  $nextWords = @{
@NEXT_WORDS@
  }
  # A flag with a value has the kind of its values, or the values: --name=text, --show=away|dnd.
  $commands = @{
@COMMANDS@
  }
  $sharedFlags = @(@SHARED_FLAGS@)

  function Get-Values([string] $kind) {
    $userHome = if ($env:HOME) { $env:HOME } else { $env:USERPROFILE }
    $state = if ($env:XDG_STATE_HOME) { $env:XDG_STATE_HOME } else { "$userHome/.local/state" }
    $config = if ($env:XDG_CONFIG_HOME) { $env:XDG_CONFIG_HOME } else { "$userHome/.config" }
    $config = if ($env:XMPP_CONFIG) { $env:XMPP_CONFIG } else { "$config/xmpp/config.toml" }
    switch ($kind) {
      { $_ -in 'text', 'file', 'folder' } { return }
      'contact' { Get-Content "$state/xmpp/completion/contacts/*.txt" -ErrorAction SilentlyContinue; return }
      'room' { Get-Content "$state/xmpp/completion/rooms/*.txt" -ErrorAction SilentlyContinue; return }
      'account' {
        Get-Content $config -ErrorAction SilentlyContinue | ForEach-Object {
          if ($_ -match '^\s*\[accounts\.["'']?([^"''\]]+)["'']?\]') { $Matches[1] }
        }
        return
      }
      default { $kind -split '\|' }
    }
  }

  # $pairs: words and descriptions.
  function Write-Results($pairs, [string] $front, [string] $typed) {
    for ($i = 0; $i -lt $pairs.Count; $i += 2) {
      $word = [string] $pairs[$i]
      if (-not $word.StartsWith($typed)) { continue }
      $text = "$front$word"
      if ($text -match '[^\w@.:/=+-]' -or $text.StartsWith('@')) { $text = "'" + ($text -replace "['\u2018-\u201b]", '$0$0') + "'" } # all of them are quotes
      $tip = if ($pairs[$i + 1]) { $pairs[$i + 1] } else { $word }
      [System.Management.Automation.CompletionResult]::new($text, $word, 'ParameterValue', $tip)
    }
  }

  function Get-Pairs([string] $kind) { Get-Values $kind | ForEach-Object { $_; '' } }

  $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or -not $wordToComplete } | ForEach-Object { $_.Extent.Text.Trim("'", '"') } | Select-Object -Skip 1)
  $name = ''
  $index = 0
  while ($index -lt $words.Count -and $nextWords.ContainsKey($name) -and $nextWords[$name] -ccontains $words[$index]) {
    $name = "$name $($words[$index])".Trim()
    $index++
  }
  if (-not $commands.ContainsKey($name)) {
    if ($index -eq $words.Count -and $nextWords.ContainsKey($name)) { Write-Results $nextWords[$name] '' $wordToComplete }
    return
  }
  $flags = $commands[$name].Flags + $sharedFlags
  $kinds = $commands[$name].Args
  $kind = ''
  $position = 0
  for (; $index -lt $words.Count; $index++) {
    $word = $words[$index]
    if ($kind) { $kind = '' }
    elseif ($word -eq '--') { return }
    elseif ($word -notmatch '^-.') { $position++ }
    else {
      for ($i = 0; $i -lt $flags.Count; $i += 2) {
        if ($flags[$i].StartsWith("$word=")) { $kind = $flags[$i].Substring($word.Length + 1) }
      }
      if ($word -eq '--room') { $kinds = @($kinds | ForEach-Object { $_ -replace '^contact$', 'room' }) }
    }
  }
  if ($kind) { Write-Results @(Get-Pairs $kind) '' $wordToComplete }
  elseif ($wordToComplete -match '^(--[a-z-]+=)(.*)$') {
    $front = $Matches[1]
    $typed = $Matches[2]
    for ($i = 0; $i -lt $flags.Count; $i += 2) {
      if ($flags[$i].StartsWith($front)) { Write-Results @(Get-Pairs $flags[$i].Substring($front.Length)) $front $typed }
    }
  }
  elseif ($wordToComplete.StartsWith('-')) {
    $pairs = for ($i = 0; $i -lt $flags.Count; $i += 2) { ($flags[$i] -split '=')[0]; $flags[$i + 1] }
    Write-Results $pairs '' $wordToComplete
  }
  elseif ($kinds.Count) {
    Write-Results @(Get-Pairs $kinds[[Math]::Min($position, $kinds.Count - 1)]) '' $wordToComplete
  }
}
