"""Small notebooks that attack the dataflow, written without looking at the analysis: as data scientists at many places write."""

from tests.equivalence.table import Table

case = Table()

case(
    "a_literal_above_the_steps_under_two_names",
    "x['k'] = 1",
    "print(y)",
    prelude="x = y = {}",
)
case(
    "a_part_of_a_literal_above_the_steps",
    "optimizer = CFG['optimizer']; optimizer['lr'] = 1",
    "print(rate())",
    prelude="CFG = {'optimizer': {'lr': .1}}\ndef rate(): return CFG['optimizer']['lr']",
)
case(
    "elements_of_a_list_above_the_steps",
    "first, *others = parts\nfirst.append('f'); others[0].append('o')",
    "print(parts)",
    prelude="parts = [[1], [2], [3]]",
)
case(
    "rows_of_an_array_with_named_columns",
    "row = r[0]; part = r['v'][1]; by_name = q.a",
    "row['n'] = 7; part[0] = 3; by_name[0] = 9",
    "print(r, q)",
    prelude="import numpy as np\nr = np.zeros(2, dtype=[('n', 'i4'), ('v', 'f8', (2,))])\n"
    "q = np.rec.array([(1, 2.), (3, 4.)], names='a,b')",
)
case(
    "what_a_view_is_a_view_of",
    "v = base[1:]; row = m[0]",
    "base[2] = 5; row[0, 1] = 5",
    "print(v, v.base is base, base.base, base.flags.owndata, m.tolist())",
    prelude="import numpy as np\nbase = np.zeros(4); m = np.asmatrix(np.eye(2))",
)
case(
    "a_sparse_matrix_that_is_cut_in_place",
    "data = m.data",
    "data *= 2",
    "m.eliminate_zeros(); m[0, 0] = 0",
    "print(m.nnz, data)",
    prelude="import numpy as np\nfrom scipy import sparse\nm = sparse.csr_matrix(np.eye(3))",
)
case(
    "an_element_of_a_list_that_a_column_gave",
    "cells = df['o'].tolist()",
    "cells[0].clear()",
    "print(df.o.tolist())",
    prelude="import pandas as pd\ndf = pd.DataFrame({'o': [[1], [2]]})",
)
case(
    "settings_of_the_interpreter_in_a_function",
    "def fast(): gc.disable(); calendar.setfirstweekday(6); socket.setdefaulttimeout(3.5)\nfast()",
    "print(gc.isenabled(), calendar.weekheader(2), socket.getdefaulttimeout())",
    prelude="import calendar, gc, socket",
)
case(
    "a_folder_taken_out_of_the_search_path",
    "sys.path.remove('/nowhere')",
    "print('/nowhere' in sys.path)",
    prelude="import sys\nsys.path.insert(0, '/nowhere')",
)
case(
    "a_patch_that_nobody_stops",
    "mock.patch('os.sep', '#').start()",
    "print(os.sep)",
    prelude="import os\nfrom unittest import mock",
    may_refuse="a patched module",
)
case(
    "a_handler_of_a_signal",
    "got = []\ndef on(number, frame): got.append(number)\nsignal.signal(signal.SIGUSR1, on)",
    "signal.raise_signal(signal.SIGUSR1)\nprint(len(got))",
    prelude="import signal",
    may_refuse="a handler of this kernel only",
)
case(
    "buffers_that_are_written_into",
    "pd.DataFrame({'a': [1]}).to_csv(buffer, index=False); json.dump([1], buffer)",
    "print('end', file=buffer)",
    "print(buffer.getvalue())",
    prelude="import io, json\nimport pandas as pd\nbuffer = io.StringIO()",
)
case(
    "objects_without_a_name_that_change_their_arguments",
    "deck = list(range(6)); hand = deck",
    "random.Random(2).shuffle(deck)",
    "print(hand)",
    prelude="import random",
)
case(
    "an_element_that_is_made_and_filled_at_once",
    "ET.SubElement(root, 'c').text = 'new'\nwrapper.width = 5",
    "print(ET.tostring(root), wrapper.wrap('aaa bbb ccc'))",
    prelude="import textwrap\nimport xml.etree.ElementTree as ET\n"
    "root = ET.fromstring('<a/>')\nwrapper = textwrap.TextWrapper(width=10)",
)
case(
    "what_numpy_pillow_and_ipython_hold_open",
    "np.savez('d.npz', x=np.arange(3))\nz = np.load('d.npz'); image = Image.new('L', (2, 2))\n"
    "d = ImageDraw.Draw(image); ip = get_ipython()",
    "d.rectangle([0, 0, 0, 0], fill=255)",
    "print(z['x'], z.files, image.getpixel((0, 0)), ip is get_ipython())",
    prelude="import numpy as np\nfrom PIL import Image, ImageDraw",
)
case(
    "a_forest_under_two_names",
    "rf = RandomForestClassifier(2, warm_start=True, random_state=0); first = rf.fit(X, y)",
    "rf.set_params(n_estimators=4); rf.fit(X, y)",
    "print(len(first.estimators_), first is rf, rf.predict(X))",
    prelude="from sklearn.ensemble import RandomForestClassifier\nX = [[0.], [1.], [2.], [3.]]\ny = [0, 0, 1, 1]",
)
case(
    "iterators_that_tee_made",
    "next(a)",
    "print(list(a), list(b))",
    prelude="import itertools\na, b = itertools.tee(iter([1, 2, 3]))",
)
