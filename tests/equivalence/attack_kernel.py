"""Small notebooks about what one kernel alone knows: how arrays lie in memory, which object is which, who was counted."""

from tests.equivalence.table import P, Table

case = Table()

_DATA = "data = np.random.default_rng(0).random((1000, 10))\n"
_DIGITS = (
    "print(part.sum(), part.var(), np.linalg.norm(part), np.einsum('i...->...', part).sum())\n"
    "print(part.strides, part.flags.c_contiguous, part.flags.writeable)"
)
for _name, _part in {
    "a_column": "[:, 0]",
    "some_columns": "[:, 2:5]",
    "every_other_row": "[::2]",
    "from_the_end": "[::-1]",
    "a_part_on_its_side": ".T[:3]",
    "a_slice_of_a_cube": ".reshape(100, 10, 10)[:, 1]",
}.items():
    case(
        f"the_last_digit_of_{_name}",
        f"{_DATA}part = data{_part}; del data",
        _DIGITS,
        "part[0] = 1",
        _DIGITS,
    )
case(
    "the_last_digit_of_every_other_row_of_a_frame",
    _DATA
    + "frame = pd.DataFrame(data, columns=list('abcdefghij')); half = frame.iloc[::2]; two = frame[['a', 'c']]; del frame, data",
    "print(np.linalg.norm(half.to_numpy()[:, 0]), half.to_numpy().strides, two.to_numpy().strides)",
    "print(half.std().sum(), two.to_numpy().var())",
)

_NAMESPACE = "import types, argparse\n"
case(
    "the_attributes_of_an_object_of_a_library",
    "options = types.SimpleNamespace(rate=1); held = vars(options)\n"
    "arguments = argparse.Namespace(size=2); by_name = vars(arguments)",
    "held['depth'] = 3; arguments.size = 5",
    "print(options, by_name, vars(options) is held)",
    prelude=_NAMESPACE,
)
case(
    "the_attributes_of_a_model_that_is_fitted_later",
    "model = LinearRegression(); held = vars(model)",
    "model.fit([[0], [1]], [0, 1])",
    "print(len(held), held is vars(model))",
    prelude=P + "from sklearn.linear_model import LinearRegression\n",
)
case(
    "the_sign_of_a_missing_value",
    "import math\nlost = math.copysign(float('nan'), -1); rows = [lost]",
    "print(math.copysign(1, lost), lost in rows)",
)
case(
    "a_regular_expression_asked_for_again",
    "import re\nwords = re.compile(r'\\w+'); known = [words, re.compile('(?i)a', re.M)]",
    "print(re.compile(r'\\w+') is words, re.compile('(?i)a', re.M) in known, known[0] is words)",
)
case(
    "a_text_that_is_written_out_in_two_steps",
    "mode = 'train'; kind = 'x'; joined = ''.join(['ab', 'cd'])\ndef trains(mode): return mode is 'train'",
    "print(mode is 'train', kind is 'x', joined is 'abcd', trains(mode), trains('train'))",
)
case(
    "a_text_in_a_dict_that_is_written_out_in_two_steps",
    "options = {'mode': 'train'}",
    "print(options['mode'] is 'train')",
    may_refuse="only variables go on being the text that is written out",
)
case(
    "threads_by_their_names",
    "import threading\nfirst = threading.Thread(target=print); print(first.name)",
    "second = threading.Thread(target=print); print(second.name)",
)
case(
    "a_buffer_of_a_class_of_ones_own",
    "import io\nclass Tee(io.StringIO): pass\ntee = Tee(); tee.write('a')",
    "tee.write('b')",
    "print(tee.getvalue())",
)
case(
    "a_layout_of_bytes",
    "import struct\nhead = struct.Struct('<if'); known = {'head': head}",
    "print(head.unpack(head.pack(1, 2.0)), head.size, known['head'] is head)",
)
