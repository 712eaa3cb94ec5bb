/** The settings of a step as people write them: where each lies, how it is checked, read and written. Pure. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { formatBytes, parseBytes } from '../ui/units';
import {
  entries,
  type ICheckedKind,
  list,
  name,
  names,
  number,
  pairs,
  plain,
  time
} from './setting-kinds';
import type { SettingPath } from './settings';

const ACCELERATORS = ['A100', 'H100', 'L4', 'T4', 'V100', 'A10G'];
/** What Ray's label selectors are written with. */
const LABEL_KEY = /^[A-Za-z0-9]([A-Za-z0-9./_-]*[A-Za-z0-9])?$/;
const LABEL = /^!?([A-Za-z0-9][A-Za-z0-9_.-]*|in\([A-Za-z0-9_., -]+\))$/;
const SECRET = /^secret:\/\/(airflow|env)\/\S+$/;

/** One field of the form. */
export interface ISettingField extends ICheckedKind {
  readonly key: string;
  readonly label: string;
  readonly path: SettingPath;
  readonly placeholder: string;
  readonly suggestions?: readonly string[];
  /** One entry in each line. */
  readonly lines?: boolean;
}

/** Fields that stand together, closed at first unless `open`. */
export interface IFieldGroup {
  readonly key: string;
  readonly title: string;
  readonly fields: readonly ISettingField[];
}

/** What a step needs of its node. */
export function resourceFields(trans: TranslationBundle): ISettingField[] {
  return [
    {
      key: 'cpus',
      label: trans.__('CPUs'),
      path: ['resources', 'cpus'],
      placeholder: '1',
      ...number(trans, 0, 100_000, false)
    },
    {
      key: 'gpus',
      label: trans.__('GPUs'),
      path: ['resources', 'gpus'],
      placeholder: '0',
      ...number(trans, 0, 10_000, false)
    },
    {
      key: 'memory',
      label: trans.__('Memory'),
      path: ['resources', 'memory'],
      placeholder: trans.__('no limit'),
      check: text =>
        parseBytes(text) === null
          ? trans.__('Write for example 4 GB or 512 MiB.')
          : '',
      read: text => text.trim(),
      write: value =>
        typeof value === 'number' ? formatBytes(value) : String(value)
    },
    {
      key: 'accelerator',
      label: trans.__('Accelerator'),
      path: ['resources', 'accelerator'],
      placeholder: trans.__('any'),
      suggestions: ACCELERATORS,
      check: text =>
        text.length > 100 ? trans.__('At most 100 letters.') : '',
      ...plain
    }
  ];
}

/** Everything else that can be set for a step. */
export function furtherFields(trans: TranslationBundle): IFieldGroup[] {
  return [
    {
      key: 'time',
      title: trans.__('Time and retries'),
      fields: timeFields(trans)
    },
    {
      key: 'node',
      title: trans.__('Labels of the node'),
      fields: nodeFields(trans)
    },
    { key: 'map', title: trans.__('Map over'), fields: mapFields(trans) },
    {
      key: 'environment',
      title: trans.__('Environment'),
      fields: environmentFields(trans)
    },
    {
      key: 'outside',
      title: trans.__('Order, reads and writes'),
      fields: outsideFields(trans)
    }
  ];
}

function timeFields(trans: TranslationBundle): ISettingField[] {
  return [
    {
      key: 'timeout',
      label: trans.__('Timeout'),
      path: ['timeout'],
      placeholder: trans.__('none'),
      ...time(trans)
    },
    {
      key: 'queue',
      label: trans.__('Wait for resources'),
      path: ['queue_timeout'],
      placeholder: trans.__('any time'),
      ...time(trans)
    },
    {
      key: 'retries',
      label: trans.__('Retries'),
      path: ['retries'],
      placeholder: '0',
      ...number(trans, 0, 100, true)
    },
    {
      key: 'delay',
      label: trans.__('Retry after'),
      path: ['retry_delay'],
      placeholder: trans.__('30s'),
      ...time(trans)
    }
  ];
}

function nodeFields(trans: TranslationBundle): ISettingField[] {
  return [
    {
      key: 'labels',
      label: trans.__('Labels'),
      path: ['resources', 'labels'],
      placeholder: trans.__('market=spot'),
      lines: true,
      ...pairs(
        value => LABEL.test(value),
        trans.__('Write market=spot, market=!spot or gpu=in(A100, H100).'),
        LABEL_KEY
      )
    }
  ];
}

function mapFields(trans: TranslationBundle): ISettingField[] {
  return [
    {
      key: 'over',
      label: trans.__('List to map over'),
      path: ['map_over', 'over'],
      placeholder: trans.__('none'),
      ...name(trans)
    },
    {
      key: 'item',
      label: trans.__('Name of one element'),
      path: ['map_over', 'item'],
      placeholder: trans.__('item'),
      ...name(trans)
    },
    {
      key: 'collect',
      label: trans.__('Collect'),
      path: ['map_over', 'collect'],
      placeholder: trans.__('names, with commas'),
      ...names(trans)
    }
  ];
}

function environmentFields(trans: TranslationBundle): ISettingField[] {
  return [
    {
      key: 'pip',
      label: trans.__('Packages'),
      path: ['environment', 'pip'],
      placeholder: trans.__('lightgbm>=4'),
      lines: true,
      check: () => '',
      ...entries
    },
    {
      key: 'env',
      label: trans.__('Variables'),
      path: ['environment', 'env'],
      placeholder: trans.__('NAME=value'),
      lines: true,
      ...pairs(() => true, trans.__('Write NAME=value, one in each line.'))
    },
    {
      key: 'secrets',
      label: trans.__('Secrets'),
      path: ['environment', 'secrets'],
      placeholder: trans.__('NAME=secret://airflow/connection'),
      lines: true,
      ...pairs(
        value => SECRET.test(value),
        trans.__('Write NAME=secret://airflow/connection or secret://env/NAME.')
      )
    },
    {
      key: 'provided',
      label: trans.__('Variables that the worker has'),
      path: ['environment', 'provided'],
      placeholder: trans.__('NAME, OTHER'),
      ...names(trans)
    }
  ];
}

function outsideFields(trans: TranslationBundle): ISettingField[] {
  const paths = {
    placeholder: trans.__('data/*.csv'),
    check: () => '',
    ...list
  };
  return [
    {
      key: 'after',
      label: trans.__('Run after'),
      path: ['after'],
      placeholder: trans.__('steps, with commas'),
      check: () => '',
      ...list
    },
    { key: 'reads', label: trans.__('Reads'), path: ['reads'], ...paths },
    { key: 'writes', label: trans.__('Writes'), path: ['writes'], ...paths }
  ];
}
