// The result of an import as plain text, for tickets and mails.
import type { ImportResult } from '../../api/gen';
import { plainText } from '../../kit/clean';
import { count, day } from '../../kit/format';

export function resultText(result: ImportResult): string {
  const sum = (of: { read: number; accepted: number; merged: number; rejected: number; ignored: number }) =>
    `${count(of.read)} read = ${count(of.accepted)} accepted + ${count(of.merged)} merged + ${count(of.rejected)} rejected + ${count(of.ignored)} ignored`;
  return [
    `Import, revision ${result.revision}${result.as_of ? `, as of ${day(result.as_of)}` : ''}${result.changed ? '' : ', nothing changed'}`,
    sum(result.totals),
    '',
    ...result.files.map((file) => `${plainText(file.name, 80)} (${file.source ?? 'not recognised'}, ${file.completeness}): ${sum(file)}; ${count(file.secrets_dropped)} secret values dropped`),
    '',
    ...result.changes.filter((change) => change.added + change.removed + change.changed > 0).map((change) => `${change.kind}: ${count(change.added)} added, ${count(change.removed)} removed, ${count(change.changed)} changed`),
    ...(result.drift ? ['', result.drift.note, ...result.drift.words.flatMap((word) => [`${word.title}: ${count(word.count)}`, ...word.examples.map((example) => `  ${plainText(example.text)}`)]), ''] : []),
    ...result.files.flatMap((file) => file.warnings.map((problem) => `${plainText(file.name, 80)}, record ${problem.record}: ${problem.code} ${plainText(problem.message)}`)),
  ].join('\n');
}
