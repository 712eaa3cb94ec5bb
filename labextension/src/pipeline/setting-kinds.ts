/** Kinds of settings: how their texts are checked, read and written. Pure. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PartialJSONObject, PartialJSONValue } from '@lumino/coreutils';
import { parseDuration, writeDuration } from '../ui/units';

/** How a value is read from what a person writes, and written for a person. */
export interface IKind {
  readonly read: (text: string) => PartialJSONValue;
  readonly write: (value: PartialJSONValue) => string;
}

/** A kind that not every text is of. */
export interface ICheckedKind extends IKind {
  /** What is wrong with a text that is not empty; empty when nothing is. */
  readonly check: (text: string) => string;
}

const IDENTIFIER = /^[A-Za-z_]\w*$/;

/** Text without the spaces around it. */
export const plain: IKind = {
  read: text => text.trim(),
  write: value => String(value)
};

/** Words with commas between them. */
export const list: IKind = {
  read: text => words(text),
  write: value => (Array.isArray(value) ? value.join(', ') : String(value))
};

/** Entries that may have commas, one in each line. */
export const entries: IKind = {
  read: text => rows(text),
  write: value => (Array.isArray(value) ? value.join('\n') : String(value))
};

/** One name of the notebook's code. */
export function name(trans: TranslationBundle): ICheckedKind {
  return {
    check: text =>
      IDENTIFIER.test(text.trim()) ? '' : trans.__('Write one name.'),
    ...plain
  };
}

/** Names with commas between them. */
export function names(trans: TranslationBundle): ICheckedKind {
  return {
    check: text =>
      words(text).every(word => IDENTIFIER.test(word))
        ? ''
        : trans.__('Write names with commas between them.'),
    ...list
  };
}

/** A number within bounds. */
export function number(
  trans: TranslationBundle,
  low: number,
  high: number,
  whole: boolean
): ICheckedKind {
  return {
    check: text => {
      const value = Number(text);
      const fits =
        value >= low && value <= high && (!whole || Number.isInteger(value));
      if (fits) {
        return '';
      }
      return whole
        ? trans.__('A whole number from %1 to %2.', low, high)
        : trans.__('A number from %1 to %2.', low, high);
    },
    read: text => Number(text),
    write: value => String(value)
  };
}

/** `NAME=value` in each line. */
export function pairs(
  fits: (value: string) => boolean,
  wrong: string,
  keys = IDENTIFIER
): ICheckedKind {
  const split = (row: string): [string, string] => {
    const at = row.indexOf('=');
    return [row.slice(0, at).trim(), row.slice(at + 1).trim()];
  };
  return {
    check: text =>
      rows(text).every(row => {
        const [key, value] = split(row);
        return row.includes('=') && keys.test(key) && fits(value);
      })
        ? ''
        : wrong,
    read: text => {
      const read: PartialJSONObject = {};
      for (const [key, value] of rows(text).map(split)) {
        read[key] = value;
      }
      return read;
    },
    write: value =>
      typeof value === 'object' && value !== null
        ? Object.entries(value)

            .map(([key, text]) => `${key}=${String(text)}`)
            .join('\n')
        : String(value)
  };
}

function words(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map(word => word.trim())
    .filter(word => word !== '');
}

function rows(text: string): string[] {
  return text
    .split('\n')
    .map(row => row.trim())
    .filter(row => row !== '');
}

/** Seconds, written as `90s`, `30m` or `2h`. */
export function time(trans: TranslationBundle): ICheckedKind {
  return {
    check: text =>
      parseDuration(text) === null
        ? trans.__('Write for example 90s, 30m or 2h.')
        : '',
    read: text => parseDuration(text),
    write: value =>
      typeof value === 'number' ? writeDuration(value) : String(value)
  };
}
