#!/usr/bin/env python3
"""Verifies an audit export (swift-audit-export.v1) against public keys and anchors. Exit code: 0 sound, 1 something was found, 2 wrong usage."""
import argparse, base64, decimal, functools, hashlib, json, os, re, sys
decimal.setcontext(decimal.Context(prec=decimal.MAX_PREC, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN))  # numbers are exact
P, N = 2**256 - 2**224 + 2**192 + 2**96 - 1, 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
G = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296, 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")  # what precedes x and y
def need(holds, complaint):
    if not holds: raise ValueError(complaint)
def like(pattern, null=False): return lambda v: v is None and null or isinstance(v, str) and re.fullmatch(pattern, v, re.DOTALL)
def natural(v): return isinstance(v, decimal.Decimal) and v >= 1 and v.as_tuple().exponent == 0
HASH, UUID, TEXT = like("[0-9a-f]{64}"), like("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), like(".*")
TIME = like("[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}[.][0-9]{6}Z")
LEAF = dict.fromkeys(["actor", "causation", "correlation", "dotnet_type"], like(".*", null=True)) | dict(
    binary=like("([0-9a-f]{2})*", null=True), data=lambda v: True, headers=lambda v: v is None or isinstance(v, dict), id=UUID,
    sequence=natural, stream=UUID, tenant=TEXT, timestamp=TIME, type=lambda v: TEXT(v) and v != "tombstone", version=natural)
def parse(text, integer=int):
    return json.loads(text, parse_int=integer, parse_float=decimal.Decimal, parse_constant=lambda name: need(False, f"{name} is not JSON"))
def canonical(v):
    if isinstance(v, dict): return "{%s}" % ",".join(canonical(k) + ":" + canonical(v[k]) for k in sorted(v, key=lambda k: k.encode("utf-16-be")))
    if isinstance(v, list): return "[%s]" % ",".join(map(canonical, v))
    if isinstance(v, decimal.Decimal): return format(v.normalize(), "f" if -7 < v.adjusted() < 21 else "e") if v else "0"
    return json.dumps(v, ensure_ascii=False)
def add(a, b):  # points of P-256; None is infinity
    if not a or not b or a[0] == b[0] and a != b: return None if a and b else a or b
    slope = (3 * a[0]**2 - 3) * pow(2 * a[1], -1, P) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope**2 - a[0] - b[0]) % P; return x, (slope * (a[0] - x) - a[1]) % P
def times(k, point): return functools.reduce(lambda sum, bit: add(add(sum, sum), point if bit == "1" else None), bin(k)[2:], None)
def public_key(der):
    x, y = int.from_bytes(der[27:59], "big"), int.from_bytes(der[59:], "big")
    need(len(der) == 91 and der[:27] == SPKI and (y**2 - x**3 + 3 * x - G[1]**2 + G[0]**3 - 3 * G[0]) % P == 0, "not a public key on P-256")
    return hashlib.sha256(der).hexdigest(), (x, y)
def check_head(head, keys, code):
    need(type(head["tree_size"]) is int and head["tree_size"] >= 0 and HASH(head["root_hash"]) and TIME(head["timestamp"]), "not a head")
    need(head["tree_size"] or head["root_hash"] == hashlib.sha256().hexdigest(), "not the root of an empty log")
    need(head["key_id"] in keys, f"{code}: key {head['key_id']} was not given")
    e = hashlib.sha256("swift-tree-head.v1\n{tree_size}\n{root_hash}\n{timestamp}\n".format(**head).encode()).hexdigest()
    signature = base64.b64decode(head["signature"], validate=True)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"); need(0 < s < N, f"{code}: not a signature")
    point = add(times(int(e, 16) * pow(s, -1, N) % N, G), times(r * pow(s, -1, N) % N, keys[head["key_id"]]))
    need(len(signature) == 64 and point and point[0] % N == r, f"{code}: wrong signature")
def digest(text): need(HASH(text), "not a hash"); return bytes.fromhex(text)
def node(left, right): return hashlib.sha256(b"\1" + left + right).digest()
def climb(m, n, given, path, leaf):
    """The roots of the first m and of all n leaves by a proof of RFC 9162: an audit path (2.1.3) for leaf number m - 1, whose left siblings are
    also what the root of the first m needs, or a consistency proof (2.1.4). given: the hash of that leaf, or the root of the first m."""
    if n == 1 or m == n and not leaf: need(len(path) == (given is None), "the proof has a wrong length"); return [given or path[0]] * 2
    need(path, "the proof has a wrong length"); half = 1 << (n - 1).bit_length() - 1
    if m > half: return [node(path[-1], root) for root in climb(m - half, n - half, given if leaf else None, path[:-1], leaf)]
    first, all = climb(m, half, given, path[:-1], leaf); return first, node(all, path[-1])
def lines(path, place, code):
    for count, line in enumerate(open(path, "rb"), 1): place[:] = f"{path}, line {count}", code; yield parse(line.decode())

def verify(export, keys, anchors, place):
    kept, size, found, proofs, last, latest, seen = {}, 0, set(), 0, -1, {}, set()  # kept: anchors by size; found: sizes at which they fit
    for head in lines(anchors, place, "anchor_unreadable") if anchors else ():
        check_head(head, keys, "anchor_not_signed")
        need(head["tree_size"] >= size, "the sizes of the anchors do not grow"); size = head["tree_size"]
        need(kept.setdefault(size, head)["root_hash"] == head["root_hash"], f"log_rewritten: another anchor has another root for size {size}")
    def compare(n, root):
        fits = n not in kept or kept[n]["root_hash"] == root.hex()
        need(fits, f"log_rewritten: leaves {max((f for f in found if f < n), default=0)} to {n - 1} are not what was anchored"); found.update({n} & kept.keys())
    rest, place[:] = lines(export, place, "unreadable"), (export, "unreadable")
    first = next(rest); head, stream = first["head"], first["stream"]; check_head(head, keys, "head_not_signed")
    need((first["kind"], first["format"]) == ("head", "swift-audit-export.v1") and (stream is None or UUID(stream)), "not a head of this format")
    need(public_key(base64.b64decode(first["public_key"], validate=True))[0] == head["key_id"], "public_key is not the key of key_id")
    size, root = head["tree_size"], digest(head["root_hash"])
    for n in kept: need(n <= size or kept[n]["timestamp"] > head["timestamp"], f"log_truncated: an earlier anchor has {n} events")
    for line in rest:
        proof = [digest(step) for step in line["proof"]]
        if line["kind"] == "consistency":
            n, old = line["from"], digest(line["from_root"]); need(last < 0 and type(n) is int and 0 < n <= size, "out of order, or no size of this log")
            need(tuple(climb(n, size, old, proof, False)) == (old, root), "log_rewritten: the consistency proof does not hold")
            compare(n, old); proofs += 1; continue
        index, leaf = line["index"], parse(line["leaf"], decimal.Decimal); need(line["kind"] == "event", "unknown kind")
        need(type(index) is int and last < index < size and (stream or index == last + 1), f"event_deleted: index {index} after {last}"); last = index
        prefix, all = climb(index + 1, size, hashlib.sha256(b"\0" + line["leaf"].encode()).digest(), proof, True)
        need(all == root, f"event_altered: leaf {index} is not what was sealed"); compare(index + 1, prefix)
        need(canonical(leaf) == line["leaf"], f"leaf {index} is not in canonical form")
        for name in LEAF | leaf: need(name in LEAF and name in leaf and LEAF[name](leaf[name]), f"leaf {index}: {name} is not as documented")
        key, now = (leaf["tenant"], leaf["stream"]), (leaf["version"], leaf["sequence"]); before, latest[key] = latest.get(key, (0, 0)), now
        need(stream in (None, key[1]), f"leaf {index} is of another stream")
        need(now[0] == before[0] + 1 and now[1] > before[1], f"stream_has_gaps: {key[1]} goes from version {before[0]} to {now[0]}")
        need(not seen & {leaf["id"], now[1]}, f"leaf {index}: its id or sequence occurred before"); seen |= {leaf["id"], now[1]}
    need(stream or last == size - 1, f"event_deleted: {size} events in the head, but the last index is {last}"); compare(size, root)
    return (f"OK: {len(seen) // 2} events ({f'stream {stream}' if stream else 'the whole log'}): canonical, in order, and in the log of {size}, whose head of "
            f"{head['timestamp']} key {head['key_id']} signed; {proofs} consistency proofs; {len(kept)} sizes anchored, of which {len(found)} compared, "
            f"{sum(n > size for n in kept)} newer than this export, {sum(n <= size for n in kept.keys() - found)} not covered by it")

if __name__ == "__main__":
    usage, place = argparse.ArgumentParser(description=__doc__), ["", ""]
    usage.add_argument("export"); usage.add_argument("--key", required=True, action="append", help="public key, PEM; may be repeated")
    usage.add_argument("--anchors", help="heads that were kept, one per line"); given = usage.parse_args()
    try:
        pems = re.findall("-----BEGIN PUBLIC KEY-----([^-]+)-", "".join(open(path).read() for path in given.key))
        keys = dict(public_key(base64.b64decode(pem)) for pem in pems); need(keys, "no public key"); open(given.export).close()
    except (OSError, ValueError) as error: usage.error(str(error))
    try: need(not given.anchors or os.path.isfile(given.anchors), f"anchor_file_missing: {given.anchors}"); print(verify(given.export, keys, given.anchors, place))
    except (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, StopIteration, TypeError, ValueError) as error:
        sys.exit(f"BAD {place[0]}: {error if type(error) is ValueError else f'{place[1]}: {error!r}'}")
