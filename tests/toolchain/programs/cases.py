"""354 small programs: what a page makes of each is what Python makes of it; see test_lowering.py."""

import math
from helpers_mod import helper, Base, COUNT
import helpers_mod as hm

class Sub(Base):
    def __init__(self, v, w=3):
        super().__init__(v)
        self.w = w
    def who(self):
        return 'Sub>' + super().who()

class MixA:
    def tag(self): return 'A'
class MixB:
    def tag(self): return 'B'
    def only_b(self): return 'b'
class Multi(MixA, MixB):
    def tag(self): return 'M' + super().tag()
class D0:
    def f(self): return ['D0']
class D1(D0):
    def f(self): return ['D1'] + super().f()
class D2(D0):
    def f(self): return ['D2'] + super().f()
class D3(D1, D2):
    def f(self): return ['D3'] + super().f()

class Prop:
    def __init__(self): self._x = 1
    @property
    def x(self): return self._x
    @x.setter
    def x(self, v): self._x = v * 2
    @staticmethod
    def st(a): return a + 1
    @classmethod
    def cm(cls, a): return cls.__name__ + str(a)
class PropSub(Prop):
    pass

class MyErr(Exception):
    def __init__(self, msg, code):
        super().__init__(msg)
        self.code = code
class MyVal(ValueError): pass

def kw(a, b=2, *args, c=3, **kws):
    return [a, b, list(args), c, sorted(list(kws.keys()))]
def mut(x, acc=[]):
    acc.append(x)
    return len(acc)
def deco(f):
    def w(*args):
        return ['deco', f(*args)]
    return w
@deco
def decorated(a, b): return a + b

class Vec:
    def __init__(self, v): self.v = v
    def __add__(self, o): return Vec(self.v + (o.v if isinstance(o, Vec) else o))
    def __radd__(self, o): return Vec(self.v + o + 1000)
    def __mul__(self, o): return Vec(self.v * o)
    def __matmul__(self, o): return Vec(self.v * 100 + o.v)
    def __neg__(self): return Vec(-self.v)
    def __eq__(self, o): return isinstance(o, Vec) and self.v == o.v
    def __lt__(self, o): return self.v < o.v
    def __getitem__(self, i): return ('item', i)
    def __call__(self, z): return self.v + z
    def __len__(self): return self.v
    def __contains__(self, z): return z == self.v
    def __repr__(self): return 'Vec(' + str(self.v) + ')'
    def __iadd__(self, o): self.v += 5; return self
    def __truediv__(self, o): return Vec(self.v / o)
    def __rtruediv__(self, o): return Vec(o / self.v)
    def __pow__(self, o): return Vec(self.v ** o)
class Ctx:
    def __init__(self, log): self.log = log
    def __enter__(self): self.log.append('in'); return 'entered'
    def __exit__(self, a, b, c): self.log.append('out'); return False
class Attr:
    def __getattr__(self, n): return 'dyn_' + n
class BoolT:
    def __bool__(self): return False
class Static:
    count = 0
    items = []
    def inc(self): self.count += 1; return self.count

G1 = 5
def setg():
    global G1
    G1 = 6

# ---------- cases
def c_class_basic(): s = Sub(1); return [s.who(), s.w, s.kind, Sub.kind]
def c_class_isinstance(): return [isinstance(Sub(1), Base), isinstance(Base(1), Sub), issubclass(Sub, Base), isinstance(Sub(1), (int, Base))]
def c_super_mixin(): m = Multi(); return [m.tag(), m.only_b()]
def c_super_c3_diamond(): return D3().f()
def c_prop(): p = Prop(); p.x = 4; return [p.x, Prop.st(1), p.st(2), Prop.cm(3), p.cm(4)]
def c_prop_inherit(): p = PropSub(); p.x = 5; return [p.x, PropSub.cm(1)]
def c_classattr_mutation(): a = Static(); b = Static(); a.inc(); a.items.append(1); return [a.count, b.count, Static.count, len(b.items)]
def c_classattr_write_after(): Base.kind = 'base'; a = Sub(1); Base.kind = 'changed'; r = [a.kind, Sub.kind, Base(0).kind]; Base.kind = 'base'; return r
def c_bound_method(): s = Sub(3); f = s.who; return f()
def c_class_name(): return [Sub(1).__class__.__name__, type(Sub(1)).__name__]
def c_getattr_fn(): s = Sub(3); setattr(s, 'q', 9); return [getattr(s, 'q'), hasattr(s, 'zz'), getattr(s, 'zz', 'dflt')]
def c_getattr_dunder(): a = Attr(); return a.foo
def c_hasattr_method(): return [hasattr(Sub(1), 'who'), callable(Sub(1).who)]
def c_kw_positional(): return kw(1)
def c_kw_named(): return kw(1, c=9, b=8)
def c_kw_star(): return kw(1, 2, 3, 4, c=5, zed=6)
def c_kw_dstar(): d = {'b': 7, 'q': 1}; return kw(1, **d)
def c_kw_starargs(): a = [1, 2, 3]; return kw(*a)
def c_kw_order_eval(): return kw(b=1, a=2)
def c_kwonly():
    def f(a, *, b=5): return [a, b]
    return [f(1), f(1, b=2)]
def c_kw_bad_name_error():
    def f(a, b=1): return a
    try:
        f(1, zz=3)
        return 'no error'
    except TypeError:
        return 'TypeError'
def c_missing_arg_error():
    def f(a, b): return b
    try:
        f(1)
        return 'no error'
    except TypeError:
        return 'TypeError'
def c_default_none_passed():
    def f(a=3): return a
    return f(None)
def c_mutable_default(): return [mut(1), mut(2)]
def c_default_earlybind():
    x = 1
    def f(a=x): return a
    x = 2
    return f()
def c_decorator(): return decorated(1, 2)
def c_fstring(): x = 3.14159; n = 'q'; return f'{n}:{x} {n!r} {1+1}'
def c_fstring_spec(): x = 3.14159; return f'{x:.2f}|{5:03d}|{"a":>4}'
def c_format_spec(): return '{:.2f}|{:>5}|{:03d}|{:x}'.format(3.14159, 'ab', 7, 255)
def c_format_named(): return '{a} {b}'.format(a=1, b='z')
def c_percent_format(): return '%d-%s' % (3, 'x')
def c_str_methods(): return ['a,b,c'.split(','), ' x '.strip(), 'ab'.upper(), 'abc'.find('c'), 'abc'.replace('b', 'X'), 'a-a'.replace('a', 'b'), '-'.join(['1', '2']), 'abc'.startswith('ab'), 'abc'.endswith('bc'), 'abc'[1], 'a b  c'.split(), 'x'.ljust(3) if False else 'x']
def c_str_lstrip_chars(): return ['xxabx'.lstrip('x'), 'xxabx'.rstrip('x'), 'xxabx'.strip('x')]
def c_str_zfill(): return '7'.zfill(3)
def c_str_ljust(): return 'ab'.ljust(4) + '|' + 'ab'.rjust(4)
def c_str_rsplit(): return 'a.b.c'.rsplit('.', 1)
def c_str_partition(): return list('k=v=w'.partition('='))
def c_str_count(): return 'banana'.count('an')
def c_str_mul(): return 'ab' * 3
def c_str_neg_index(): s = 'hello'; return s[-1]
def c_str_slice(): s = 'hello'; return [s[1:3], s[:2], s[-3:], s[::-1], s[::2]]
def c_str_in(): return ['ell' in 'hello', 'x' in 'hello']
def c_str_iter(): return [c for c in 'abc']
def c_str_escapes(): return 'tab\t"q" \' \\ \u00e9 \U0001F600'
def c_str_len_astral(): return len('\U0001F600')
def c_str_triple(): return '''a
b'''
def c_str_braces(): return 'a{b}c' + '{' + '}'
def c_str_repr(): return [repr('a'), repr("it's"), str('a'), repr(1.5), repr(None), repr(True)]
def c_str_of_float_int(): return [str(1.0), str(1), str(0.1), str(1e21), str(1e-7), str(2.0 * 3)]
def c_str_of_list(): return [str([1, 2]), str((1,)), str({'a': 1}), str([1.0]), str(['a', None, True])]
def c_str_cmp(): return ['a' < 'b', 'B' < 'a', 'abc' == 'abc']
def c_comp_list(): return [x * 2 for x in range(5) if x % 2 == 0]
def c_comp_nested(): return [[i * j for j in range(3)] for i in range(3)]
def c_comp_two_for(): return [(i, j) for i in range(2) for j in range(2)]
def c_comp_dict(): d = {k: len(k) for k in ['a', 'bb']}; return [d['a'], d['bb']]
def c_comp_set(): return sorted(list({x % 3 for x in range(10)}))
def c_comp_unpack(): return [a + b for a, b in [(1, 2), (3, 4)]]
def c_genexpr_sum(): return sum(x * x for x in range(4))
def c_genexpr_any(): return [any(x > 2 for x in [1, 2, 3]), all(x > 2 for x in [1, 2, 3])]
def c_genexpr_max(): return max(x * 2 for x in [1, 3, 2])
def c_genexpr_join(): return ','.join(str(x) for x in [1, 2])
def c_generator():
    def g(n):
        for i in range(n):
            yield i
    return [x for x in g(3)]
def c_generator_list():
    def g(n):
        for i in range(n):
            yield i
    return list(g(3))
def c_generator_next():
    def g():
        yield 1
        yield 2
    it = g()
    return [next(it), next(it)]
def c_yield_from():
    def g():
        yield from [1, 2]
        yield 3
    return [x for x in g()]
def c_iter_protocol():
    class It:
        def __init__(self): self.i = 0
        def __iter__(self): return self
        def __next__(self):
            self.i += 1
            if self.i > 3: raise StopIteration()
            return self.i
    return [x for x in It()]
def c_try_custom():
    try:
        raise MyErr('bad', 42)
    except MyErr as e:
        return [str(e), e.code, isinstance(e, Exception)]
def c_try_builtin_sub():
    try:
        raise MyVal('oops')
    except ValueError as e:
        return [str(e), e.__class__.__name__]
def c_try_order():
    log = []
    try:
        try:
            raise KeyError('k')
        except ValueError:
            log.append('v')
        finally:
            log.append('f')
    except (KeyError, IndexError) as e:
        log.append('k')
    return log
def c_try_else():
    log = []
    try:
        log.append('t')
    except ValueError:
        log.append('x')
    else:
        log.append('e')
    finally:
        log.append('f')
    return log
def c_try_else_raises():
    try:
        try:
            pass
        except ValueError:
            return 'handler'
        else:
            raise ValueError('from else')
    except ValueError:
        return 'propagated'
    return 'swallowed'
def c_try_reraise():
    try:
        try:
            raise ValueError('a')
        except ValueError:
            raise
    except ValueError as e:
        return str(e)
def c_try_from():
    try:
        try:
            raise ValueError('a')
        except ValueError as e:
            raise RuntimeError('b') from e
    except Exception as e2:
        return [str(e2), str(e2.__cause__)]
def c_raise_class_nocall():
    try:
        raise ValueError
    except ValueError:
        return 'caught'
    except Exception:
        return 'other'
def c_raise_oserror():
    try:
        raise OSError('x')
    except OSError as e:
        return str(e)
def c_zero_div():
    try:
        x = 1 / 0
        return str(x)
    except ZeroDivisionError:
        return 'ZDE'
def c_index_error():
    a = [1]
    try:
        b = a[5]
        return 'none' if b is None else 'undef'
    except IndexError:
        return 'IE'
def c_key_error():
    d = {'a': 1}
    try:
        b = d['zz']
        return 'none' if b is None else 'undef'
    except KeyError:
        return 'KE'
def c_attr_error():
    s = Sub(1)
    try:
        b = s.nope
        return 'noerr'
    except AttributeError:
        return 'AE'
def c_type_error_add():
    try:
        return 'a' + 1
    except TypeError:
        return 'TE'
def c_none_call_error():
    x = None
    try:
        x.foo()
        return 'no'
    except AttributeError:
        return 'AE'
    except Exception:
        return 'Exc'
def c_bare_except():
    x = None
    try:
        x.foo()
        return 'no'
    except:
        return 'bare'
def c_with_normal():
    log = []
    with Ctx(log) as v:
        log.append(v)
    return log
def c_with_return():
    log = []
    def f():
        with Ctx(log) as v:
            return 1
    f()
    return log
def c_with_break():
    log = []
    for i in range(2):
        with Ctx(log) as v:
            break
    return log
def c_with_exc():
    log = []
    try:
        with Ctx(log) as v:
            raise ValueError('x')
    except ValueError:
        log.append('caught')
    return log
def c_with_as_target_is_enter(): 
    log = []
    with Ctx(log) as v:
        pass
    return v == 'entered'
def c_assert():
    try:
        assert 1 == 2, 'msg'
        return 'noassert'
    except AssertionError as e:
        return str(e)
def c_list_eq(): return [[1, 2] == [1, 2], [1] == [2], [1, 2] != [1, 2]]
def c_list_nested_eq(): return [[1, [2]] == [1, [2]], (1, 2) == (1, 2)]
def c_tuple_eq_list(): return (1, 2) == [1, 2]
def c_dict_eq(): return {'a': 1} == {'a': 1}
def c_set_eq(): return {1, 2} == {2, 1}
def c_list_lt(): return [[1, 2] < [1, 3], (1, 2) < (1, 2, 3)]
def c_list_in_list(): return [1, 2] in [[1, 2], [3]]
def c_tuple_in_list(): return (1, 2) in [(1, 2)]
def c_eq_loose(): return [1 == '1', 0 == '', None == 0, 0 == False, '' == False, [] == '']
def c_eq_loose_one(): return [[1] == 1, '1,2' == [1, 2]]
def c_truthy_empty():
    r = []
    for x in [[], {}, (), '', 0, None, 0.0, [0], 'a', {'a': 1}]:
        r.append(1 if x else 0)
    return r
def c_truthy_bool_method(): return [1 if BoolT() else 0, 1 if Vec(0) else 0]
def c_truthy_not(): return [not [], not {}, not '']
def c_truthy_and_or(): return [[] or 'x', 0 or None, 'a' and [], None or {}]
def c_truthy_while():
    a = [1, 2]; n = 0
    while a:
        a.pop(); n += 1
        if n > 5: break
    return n
def c_truthy_set(): return 1 if set() else 0
def c_truthy_nan(): return 1 if float('nan') else 0
def c_bool_fn(): return [bool([]), bool('a'), bool(0), bool({})]
def c_neg_index(): a = [1, 2, 3]; return a[-1]
def c_neg_index_var(): a = [1, 2, 3]; i = -2; return a[i]
def c_neg_index_set(): a = [1, 2, 3]; a[-1] = 9; return a
def c_slices(): a = [0, 1, 2, 3, 4]; return [a[1:3], a[:-1], a[-2:], a[::2], a[::-1], a[3:1], a[10:], a[4:0:-2]]
def c_slice_assign(): a = [0, 1, 2, 3]; a[1:3] = [9]; return a
def c_slice_tuple(): t = (1, 2, 3); s = t[1:]; return [isinstance(s, tuple), s == (2, 3)]
def c_slice_tuple_type(): t = (1, 2, 3); return str(t[1:])
def c_slice_copy(): a = [1]; b = a[:]; b.append(2); return [len(a), len(b)]
def c_del_list(): a = [1, 2, 3]; del a[1]; return [a, len(a)]
def c_del_dict(): d = {'a': 1, 'b': 2}; del d['a']; return list(d.keys())
def c_del_slice(): a = [1, 2, 3, 4]; del a[1:3]; return a
def c_list_ops(): a = [3, 1]; a.append(2); a.extend([5, 4]); a.insert(0, 9); a.remove(5); p = a.pop(); q = a.pop(0); return [a, p, q, a.index(1), a + [7], [0] * 3, len(a)]
def c_list_insert_neg(): a = [1, 2, 3]; a.insert(-1, 9); return a
def c_list_count(): return [1, 2, 1].count(1)
def c_list_index_missing():
    try:
        return [1].index(5)
    except ValueError:
        return 'VE'
def c_list_mul_zero(): return [1, 2] * 0
def c_list_mul_var(): n = 3; return [0] * n
def c_list_add_op(): a = [1]; b = [2]; return a + b
def c_list_iadd(): a = [1]; b = a; a += [2]; return [a, b]
def c_list_clear(): a = [1]; a.clear(); return len(a)
def c_list_copy(): a = [1]; b = a.copy(); b.append(1); return [len(a), len(b)]
def c_list_from_range(): return [list(range(3)), list(range(5, 0, -2))]
def c_list_from_str(): return list('ab')
def c_list_from_dict(): return list({'a': 1, 'b': 2})
def c_list_reverse(): a = [1, 2]; a.reverse(); return [a, list(reversed(a))]
def c_sorted(): return [sorted([3, 1, 2]), sorted([10, 9, 1]), sorted(['b', 'a'], reverse=True), sorted([1, 2, 3], key=lambda x: -x)]
def c_sort_inplace(): a = [10, 9, 1]; a.sort(); b = ['bb', 'a']; b.sort(key=len); return [a, b]
def c_sort_inplace_rev(): a = [1, 3, 2]; a.sort(reverse=True); return a
def c_sort_stable(): return [p[1] for p in sorted([(1, 'a'), (0, 'b'), (1, 'c'), (0, 'd')], key=lambda p: p[0])]
def c_sort_stable_rev(): return [p[1] for p in sorted([(1, 'a'), (0, 'b'), (1, 'c'), (0, 'd')], key=lambda p: p[0], reverse=True)]
def c_sort_tuples(): return [list(p) for p in sorted([(10, 1), (9, 2), (9, 1)])]
def c_sort_tuple_key(): return sorted(['b', 'aa', 'a', 'cc'], key=lambda s: (len(s), s))
def c_sort_tuple_key10(): return sorted([100, 9, 10], key=lambda s: (s, 0))
def c_sorted_dict(): return sorted({'b': 1, 'a': 2})
def c_minmax(): return [max(1, 2), min([3, 1]), max([1, 5, 2], key=lambda x: -x), max('a', 'b')]
def c_min_default(): return min([], default=3)
def c_max_empty():
    try:
        return max([])
    except ValueError:
        return 'VE'
def c_max_tuple(): return max((1, 2, 3))
def c_max_nan(): return [max(1.0, 2.0)]
def c_sum_start(): return sum([1, 2], 10)
def c_dict_basic(): d = {'a': 1}; d['b'] = 2; return [len(d), d.get('a'), d.get('zz'), d.get('zz', 5), 'a' in d, 'zz' in d, list(d.keys()), list(d.values()), [list(x) for x in d.items()]]
def c_dict_iter(): d = {'a': 1, 'b': 2}; return [k for k in d]
def c_dict_for():
    d = {'a': 1, 'b': 2}; r = []
    for k in d: r.append(k)
    return r
def c_dict_items_for():
    d = {'a': 1, 'b': 2}; r = []
    for k, v in d.items(): r.append(k + str(v))
    return r
def c_dict_int_keys(): d = {}; d[2] = 'b'; d[1] = 'a'; return [list(d.keys()), d[1]]
def c_dict_int_key_arith(): d = {1: 'a'}; return [k + 1 for k in d.keys()]
def c_dict_intlike_str_order(): d = {}; d['b'] = 1; d['10'] = 2; d['a'] = 3; d['2'] = 4; return list(d.keys())
def c_dict_tuple_key(): d = {(1, 2): 'x'}; return [d[(1, 2)], [list(k) for k in d.keys()]]
def c_dict_obj_key(): a = Sub(1); b = Sub(2); d = {}; d[a] = 1; d[b] = 2; return [len(d), d[a]]
def c_dict_none_key(): d = {None: 1}; return list(d.keys())
def c_dict_magic_get(): d = {}; return [d.get('items'), d.get('keys'), d.get('constructor'), d.get('toString'), d.get('copy')]
def c_dict_magic_in(): d = {}; return ['__class__' in d, 'toString' in d, 'py_keys' in d, 'constructor' in d, 'keys' in d]
def c_dict_magic_set(): d = {'keys': 1, 'items': 2, 'constructor': 3, '__proto__': 4, 'py_x': 5, '__dunder__': 6, 'name': 7, 'length': 8}; return [len(d), sorted(list(d.keys()))]
def c_dict_order(): d = {'z': 1, 'a': 2, 'm': 3}; return list(d.keys())
def c_dict_pop(): d = {'a': 1}; x = d.pop('a'); y = d.pop('q', 7); return [x, y, len(d)]
def c_dict_setdefault(): d = {}; d.setdefault('a', []).append(1); return d['a']
def c_dict_update(): d = {'a': 1}; d.update({'b': 2}); return sorted(list(d.keys()))
def c_dict_update_kw(): d = {'a': 1}; d.update(b=2); return sorted(list(d.keys()))
def c_dict_ctor_kw(): d = dict(a=1, b=2); return sorted(list(d.keys()))
def c_dict_ctor_pairs(): d = dict([('a', 1)]); return d['a']
def c_dict_ctor_zip(): d = dict(zip(['a', 'b'], [1, 2])); return d['b']
def c_dict_copy(): d = {'a': 1}; e = dict(d); e['b'] = 2; f = d.copy(); return [len(d), len(e), len(f)]
def c_dict_merge_star(): d = {'a': 1}; e = {**d, 'b': 2}; return sorted(list(e.keys()))
def c_dict_merge_or(): d = {'a': 1} | {'b': 2}; return sorted(list(d.keys()))
def c_dict_value_none(): d = {'a': None}; return ['a' in d, d['a'] is None, d.get('a', 5)]
def c_dict_get_zero(): d = {'a': 0}; return d.get('a', 5)
def c_dict_del_during(): 
    d = {'a': 1, 'b': 2}
    for k in list(d.keys()):
        del d[k]
    return len(d)
def c_dict_float_key(): d = {1.5: 'x'}; return d[1.5]
def c_dict_bool_key(): d = {True: 'x'}; return d[1]
def c_set_basic(): s = {1, 2}; s.add(3); s.add(1); s.discard(2); return [len(s), 3 in s, 2 in s, sorted(list(s))]
def c_set_ops(): a = {1, 2, 3}; b = {2, 3, 4}; return [sorted(list(a & b)), sorted(list(a | b)), sorted(list(a - b))]
def c_set_methods(): a = set([1, 2, 3]); b = set([2, 3, 4]); return [sorted(list(a.intersection(b))), sorted(list(a.union(b))), sorted(list(a.difference(b)))]
def c_set_from_str(): return len(set('hello'))
def c_set_from_gen(): return len(set(x for x in [1, 1, 2]))
def c_set_of_tuples(): s = set(); s.add((1, 2)); s.add((1, 2)); return len(s)
def c_frozenset(): return len(frozenset([1, 1]))
def c_set_literal_dup(): return len({1, 1, 2})
def c_set_10_9(): return sorted(list({10, 9, 1, 2} & {10, 9}))
def c_opov_add(): return (Vec(1) + Vec(2)).v
def c_opov_radd(): return (5 + Vec(2)).v
def c_opov_mul(): return (Vec(3) * 2).v
def c_opov_matmul(): return (Vec(3) @ Vec(2)).v
def c_opov_neg(): return (-Vec(3)).v
def c_opov_eq(): return [Vec(1) == Vec(1), Vec(1) != Vec(2), Vec(1) != Vec(1)]
def c_opov_lt(): return Vec(1) < Vec(2)
def c_opov_gt_reflect(): return Vec(1) > Vec(2)
def c_opov_getitem(): r = Vec(1)[2]; return list(r)
def c_opov_getitem_tuple(): r = Vec(1)[2, 3]; return [r[0], list(r[1])]
def c_opov_call(): v = Vec(1); return v(5)
def c_opov_len(): return len(Vec(4))
def c_opov_contains(): return [4 in Vec(4), 5 in Vec(4)]
def c_opov_iadd(): v = Vec(1); v += 1; return v.v
def c_opov_div(): return [(Vec(6) / 2).v, (6 / Vec(2)).v]
def c_opov_pow(): return (Vec(3) ** 2).v
def c_opov_str(): return [str(Vec(1)), repr(Vec(1)), f'{Vec(1)}']
def c_opov_mixed_num(): x = 3; y = 4; return x * y + 2
def c_floordiv(): return [7 // 2, -7 // 2, 7 // -2, 7.5 // 2]
def c_mod(): return [7 % 3, -7 % 3, 7 % -3, 5.5 % 2, -1 % 5]
def c_mod_zero():
    try:
        return str(5 % 0)
    except ZeroDivisionError:
        return 'ZDE'
def c_mod_inexact(): return [-1e-17 % 1.0, 0.3 % 0.1, 5.1 % 0.7]
def c_mod_big(): return [(2**53 - 1) % 7, (1103515245 * 12345 + 12345) % 2147483648]
def c_pow(): return [2 ** 10, 2 ** -1, (-2) ** 2, -2 ** 2, 2 ** 3 ** 2]
def c_pow_aug(): x = 2; x **= 3; return x
def c_floordiv_aug(): x = 7; x //= 2; y = -7; y %= 3; return [x, y]
def c_bigint(): return str(2 ** 64)
def c_bigint_mul(): return str(1103515245 * 1103515245 + 12345)
def c_int_fn(): return [int(3.7), int(-3.7), int('42'), int(True)]
def c_int_large(): return int(3000000000.0)
def c_int_base(): return int('ff', 16)
def c_int_bad():
    try:
        return int('abc')
    except ValueError:
        return 'VE'
def c_int_float_str():
    try:
        return int('3.5')
    except ValueError:
        return 'VE'
def c_float_fn(): return [float('1.5'), float(3)]
def c_float_none():
    try:
        return float(None)
    except TypeError:
        return 'TE'
def c_float_isinstance(): return [isinstance(1.0, float), isinstance(1.5, float), isinstance(1, int), isinstance(1.0, int), isinstance(1, float), isinstance(True, int), isinstance(True, bool)]
def c_isinstance_str(): return [isinstance('a', str), isinstance([1], list), isinstance((1,), tuple), isinstance({'a': 1}, dict), isinstance((1,), list), isinstance([1], tuple), isinstance([1], (list, tuple))]
def c_isinstance_fn(): return callable(lambda: 1)
def c_type_eq(): return [type(1) == int, type('a') == str, type([]) == list, type(1.5) is float]
def c_none_isinstance(): return isinstance(None, dict)
def c_bitops(): return [5 & 3, 5 | 3, 5 ^ 3, 1 << 4, 256 >> 2, ~5]
def c_bit_large(): return [1 << 33, 0xFFFFFFFF & 0xFFFFFFFF, 0xFFFFFFFF >> 4, ~0xFFFFFFFF]
def c_round(): return [round(2.5), round(3.5), round(2.675, 2), round(-2.5), round(1.5), round(0.5)]
def c_round_ret(): return str(round(2.0))
def c_abs(): return [abs(-3), abs(2.5)]
def c_divmod(): return list(divmod(-7, 2))
def c_truediv(): return [7 / 2, 6 / 2]
def c_math(): return [math.floor(2.7), math.ceil(2.1), math.sqrt(16), math.pi > 3, math.exp(0), math.log(1), math.tanh(0.0), math.isnan(float('nan')), math.trunc(-2.5)]
def c_math_prod(): return math.prod([1, 2, 3])
def c_math_erf(): return round(math.erf(0.5), 6)
def c_math_isinf(): return [math.isinf(float('inf')), math.isfinite(1.0)]
def c_math_inf_attr(): return [math.inf > 1, math.nan != math.nan]
def c_nan(): x = float('nan'); return [x == x, x != x, x < 1]
def c_nan_in_list(): x = float('nan'); return x in [x]
def c_inf(): return [float('inf') > 1e308, str(float('inf')), str(-float('inf')), str(float('nan'))]
def c_negzero(): return str(-0.0)
def c_chained(): x = 5; return [1 < x < 10, 1 < x < 3, 1 == 1 == 1]
def c_chained_sideeffect():
    n = [0]
    def f():
        n[0] += 1
        return 5
    r = 1 < f() < 10
    return n[0]
def c_aug_sideeffect():
    n = [0]
    a = [0, 0, 0]
    def f():
        n[0] += 1
        return n[0]
    a[f()] //= 1
    return n[0]
def c_star_unpack(): a, *b = [1, 2, 3]; return [a, b]
def c_star_unpack_mid(): a, *b, c = [1, 2, 3, 4]; return [a, b, c]
def c_star_list(): a = [1, 2]; return [*a, 3]
def c_tuple_unpack(): a, (b, c) = 1, (2, 3); a, b = b, a; return [a, b, c]
def c_unpack_wrong():
    try:
        a, b = [1, 2, 3]
        return 'noerr'
    except ValueError:
        return 'VE'
def c_swap_subscript(): a = [1, 2]; a[0], a[1] = a[1], a[0]; return a
def c_multi_assign(): a = b = [1]; b.append(2); return a
def c_attr_multi(): s = Sub(1); s.p, s.q = 1, 2; return [s.p, s.q]
def c_lambda_closure(): fs = [lambda i=i: i for i in range(3)]; return [f() for f in fs]
def c_lambda_late(): fs = [lambda: i for i in range(3)]; return [f() for f in fs]
def c_loop_closure_late():
    fs = []
    for i in range(3):
        fs.append(lambda: i)
    return [f() for f in fs]
def c_loop_var_after():
    for i in range(3): pass
    return i
def c_loop_var_modified():
    r = []
    for i in range(5):
        r.append(i)
        i += 2
    return r
def c_loop_bound_mutated():
    n = 3; r = []
    for i in range(n):
        n = 10
        r.append(i)
        if len(r) > 8: break
    return r
def c_loop_list_mutated():
    a = [1, 2, 3]; r = []
    for x in a:
        r.append(x)
        if len(a) < 5: a.append(9)
    return r
def c_loop_range_neg(): return [i for i in range(5, 0, -2)]
def c_loop_range_neg_for():
    r = []
    for i in range(5, 0, -2): r.append(i)
    return r
def c_loop_range_varstep():
    r = []; s = -1
    for i in range(3, 0, s): r.append(i)
    return r
def c_for_else():
    for i in range(3):
        if i == 5: break
    else:
        return 'else'
    return 'no'
def c_for_else_break():
    for i in range(3):
        if i == 1: break
    else:
        return 'else'
    return 'broke'
def c_while_else():
    n = 0
    while n < 2: n += 1
    else:
        return 'else'
    return 'no'
def c_enumerate(): return [[i, x] for i, x in enumerate(['a', 'b'])]
def c_enumerate_start(): return [[i, x] for i, x in enumerate(['a', 'b'], 1)]
def c_enumerate_list(): return [list(t) for t in list(enumerate(['a']))]
def c_enumerate_nested(): return [[i, a, b] for i, (a, b) in enumerate([(1, 2), (3, 4)])]
def c_zip(): return [[a, b] for a, b in zip([1, 2], 'ab')]
def c_map(): return list(map(lambda x: x + 1, [1, 2]))
def c_map_str(): return list(map(str, [1, 2]))
def c_map_int(): return list(map(int, ['1', '2']))
def c_filter(): return list(filter(lambda x: x > 1, [1, 2]))
def c_reversed_range(): return [i for i in reversed(range(3))]
def c_reversed_enumerate(): return [x for x in reversed(list(enumerate(['a', 'b'])))][0][0]
def c_range_in(): return [3 in range(5), 7 in range(5)]
def c_range_len(): return len(range(2, 10, 3))
def c_range_index(): return range(5)[2]
def c_none_is():
    x = None
    d = {}
    return [x is None, d.get('q') is None, x == None]
def c_undefined_return():
    def f(): pass
    return f() is None
def c_undefined_return_eq():
    def f(): pass
    return f() == None
def c_return_bare():
    def f():
        return
    return f() is None
def c_ternary(): x = 3; return ('a' if x > 2 else 'b') + 'c'
def c_ternary_nested(): x = 3; return [1 if x > 5 else 2 if x > 2 else 3]
def c_not_prec(): a = 1; b = 2; return [not a == b, not (a and b), (a or b) and 0]
def c_prec_arith(): return [2 + 3 * 4, (2 + 3) * 4, 2 - (3 - 4), 12 / (2 * 3), 12 / 2 * 3, -(2 + 3), (1 + 2) // 2 * 2, 7 - 3 % 2, 2 * (7 // 2), 1 - (1 if True else 2)]
def c_prec_bit(): return [1 | 2 & 3, (1 | 2) & 3, 1 << 2 + 1, (1 << 2) + 1, 1 + (2 << 1), 5 & 3 == 3, (5 & 3) == 1]
def c_prec_in_not(): a = [1]; return [1 not in a, not 1 in a, 1 in a and 2 in a]
def c_prec_lambda(): f = lambda x: x + 1; return (lambda y: f(y) * 2)(3)
def c_global(): setg(); return G1
def c_nonlocal():
    n = 0
    def f():
        nonlocal n
        n += 1
        return n
    f(); return f()
def c_import(): return [helper(1), COUNT, hm.helper(2, 3), hm.COUNT]
def c_nested_class():
    class Inner:
        z = 3
        def g(self): return self.z
    return Inner().g()
def c_typehints():
    x: int = 3
    def f(a: int, b: 'list[int]' = None) -> float: return a
    return f(x)
def c_ellipsis():
    def f(): ...
    return f() is None
def c_docstring():
    def f():
        """doc"""
        return 1
    return f()
def c_print_join(): return ' '.join([str(x) for x in [1, 'a', None, True, 2.5]])
def c_bytes(): b = bytes([1, 2]); return [len(b), b[0]]
def c_ord_chr(): return [ord('a'), chr(98)]
def c_hex(): return [hex(255), bin(5)]
def c_name_default(): default = 3; new = 4; function = 5; delete = 6; var = 7; return [default, new, function, delete, var]
def c_name_attr():
    class N: pass
    n = N(); n.name = 'x'; n.length = 3; n.default = 5; n.arguments = 6; n.new = 7; n.keys = 8; n.items = 9; n.type = 10; n.constructor = 11
    return [n.name, n.length, n.default, n.arguments, n.new, n.keys, n.items, n.type, n.constructor]
def c_name_js_reserved(): this = 1; typeof = 2; let = 3; const = 4; void = 5; null = 6; undefined = 7; switch = 8; return [this, typeof, let, const, void, null, undefined, switch]
def c_name_static_name():
    class N:
        name = 'clsname'
        length = 4
    return [N.name, N().name, N.length]
def c_shadow_builtin(): list_ = 3; sum_ = 4; len_ = 5; return [list_, sum_, len_]
def c_shadow_arg():
    def f(name, keys, items): return [name, keys, items]
    return f(1, items=2, keys=3)
def c_kwarg_aliased():
    def f(**kw): return sorted(list(kw.keys()))
    return f(name=1, keys=2, default=3, items=4, type=5)
def c_setattr_alias():
    class N: pass
    n = N(); setattr(n, 'name', 5); setattr(n, 'keys', 6); return [n.name, n.keys]
def c_object_hash_id(): a = Sub(1); b = a; return [a is b, a == b, Sub(1) == Sub(1)]
def c_json_like(): return {'a': [1, {'b': None}], 'c': True}
def c_matrix_init(): m = [[0] * 3 for _ in range(2)]; m[0][1] = 5; return m
def c_aug_all(): x = 10; x += 2; x -= 1; x *= 3; x /= 11; x |= 4; x &= 7; x ^= 1; x <<= 2; x >>= 1; return x
def c_if_tuple(): return 1 if (1, 2) else 0
def c_cmp_mixed(): return [True == 1, 1.0 == 1, '1' == 1]
def c_is_small(): a = 'abc'; b = 'ab' + 'c'; return a == b
def c_try_return_finally():
    log = []
    def f():
        try:
            return 1
        finally:
            log.append('f')
    return [f(), log]
def c_except_scope():
    e = 5
    try:
        raise ValueError('q')
    except ValueError as ex:
        m = str(ex)
    return [e, m]
def c_cls_call_method_unbound(): return Base.who(Sub(2))
def c_cls_dict(): s = Sub(1); return sorted([k for k in s.__dict__.keys()])
def c_vars(): return sorted(list(vars(Sub(1)).keys()))
def c_dir_has(): return 'who' in dir(Sub(1))
def c_iter_tuple_list_conv(): return list((1, 2))
def c_tuple_from_list(): return [isinstance(tuple([1, 2]), tuple), len(tuple([1]))]
def c_tuple_concat(): t = (1,) + (2, 3); return [len(t), isinstance(t, tuple)]
def c_tuple_concat_type(): t = (1,) + (2, 3); return isinstance(t, list)
def c_tuple_gen(): return list(tuple(x for x in [1, 2]))
def c_list_gen(): return list(x for x in [1, 2])
def c_any_empty(): return [any([]), all([])]
def c_any_nested(): return any([[], {}])
def c_array_hole(): a = [None] * 3; return a
def c_list_of_list_mul(): a = [[0]] * 2; a[0].append(1); return a
def c_str_join_nums():
    try:
        return ','.join([1, 2])
    except TypeError:
        return 'TE'
def c_star_args_after(): return max(*[1, 2, 3])
def c_kw_in_super():
    class A:
        def __init__(self, a, b=2, name=None): self.r = [a, b, name]
    class B(A):
        def __init__(self, c, **kws):
            super().__init__(1, **kws)
            self.c = c
    return B(5, b=9, name='nm').r + [B(5).c]
def c_cls_kwargs_positional_mix():
    class L:
        def __init__(self, units, activation=None, use_bias=True): self.r = [units, activation, use_bias]
    return [L(3).r, L(3, 'relu').r, L(units=3, use_bias=False).r, L(3, use_bias=False).r]
def c_method_kw():
    class L:
        def call(self, x, training=False): return [x, training]
    return [L().call(1), L().call(1, training=True), L().call(x=2)]
def c_lambda_default_kw(): f = lambda x, y=2: x + y; return [f(1), f(1, 5)]
def c_lambda_kw(): f = lambda x, y=2: x + y; return f(1, y=7)
def c_nested_fn_kw():
    def g(a=1, b=2): return [a, b]
    return g(b=5)
def c_static_kw():
    class S:
        @staticmethod
        def m(a, b=2): return [a, b]
        @classmethod
        def n(cls, a, b=2): return [a, b]
    return [S.m(1, b=3), S.n(1, b=4), S().m(1, b=3)]
def c_fn_attr():
    def f(): return 1
    f.tag = 'x'
    return f.tag
def c_eq_override_ne(): return Vec(1) != Vec(1)
def c_hash_in_list_eq(): return Vec(1) in [Vec(1)]
def c_len_none():
    try:
        return len(None)
    except TypeError:
        return 'TE'
def c_in_none():
    try:
        return 1 in None
    except TypeError:
        return 'TE'
def c_iter_int_error():
    try:
        for i in 5: pass
        return 'no'
    except TypeError:
        return 'TE'
    except Exception:
        return 'Exc'
def c_abstract():
    class A:
        def f(self): raise NotImplementedError('f')
    try:
        A().f()
    except NotImplementedError as e:
        return str(e)
def c_exception_args():
    try:
        raise ValueError('a', 1)
    except ValueError as e:
        return list(e.args)
def c_exception_args1():
    try:
        raise ValueError('a')
    except ValueError as e:
        return e.args[0]
def c_exc_runtime():
    try:
        raise RuntimeError('r')
    except RuntimeError as e:
        return str(e)
def c_exc_memory():
    return issubclass(NotImplementedError, RuntimeError)
def c_exc_keyerror_str():
    try:
        raise KeyError('k')
    except KeyError as e:
        return str(e)
def c_exc_lookup():
    try:
        raise IndexError('k')
    except LookupError as e:
        return str(e)
def c_exc_arith():
    try:
        raise OverflowError('k')
    except ArithmeticError as e:
        return str(e)
