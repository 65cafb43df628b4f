using System.Text;

namespace Swift.Models.ChatTemplates.Jinja.Values;

/// <summary>Truth, equality, order and arithmetic of Python. Integers have 64 bits here; an overflow is an error.</summary>
internal static class PythonOperators
{
    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        long number => number != 0,
        double number => number != 0,
        string text => text.Length > 0,
        JinjaList list => list.Count > 0,
        JinjaDictionary dictionary => dictionary.Count > 0,
        _ => true,
    };

    public static string TypeName(object? value) => value switch
    {
        null => "NoneType",
        Undefined => "Undefined",
        bool => "bool",
        long => "int",
        double => "float",
        string => "str",
        JinjaList list => list.IsTuple ? "tuple" : "list",
        JinjaDictionary => "dict",
        JinjaNamespace => "Namespace",
        _ => "function",
    };

    public static bool AreEqual(object? first, object? second) => (first, second) switch
    {
        (null, null) => true,
        (Undefined, Undefined) => true,
        (string a, string b) => a == b,
        (JinjaList a, JinjaList b) => a.IsTuple == b.IsTuple && a.Count == b.Count && a.Zip(b).All(pair => AreItemsEqual(pair.First, pair.Second)),
        (JinjaDictionary a, JinjaDictionary b) =>
            a.Count == b.Count && a.Items.All(item => b.TryGet(item.Key, out var other) && AreItemsEqual(item.Value, other)),
        _ when AsNumber(first) is { } a && AsNumber(second) is { } b => a is long x && b is long y ? x == y : Convert.ToDouble(a) == Convert.ToDouble(b),
        _ => ReferenceEquals(first, second),
    };

    /// <summary>Order of two values of one kind.</summary>
    public static int Compare(object? first, object? second)
    {
        StackGuard.Check();
        switch (first, second)
        {
            case (string a, string b):
                return CompareText(a, b);
            case (JinjaList a, JinjaList b):
                for (var i = 0; i < Math.Min(a.Count, b.Count); i++)
                {
                    if (!AreEqual(a[i], b[i])) return Compare(a[i], b[i]);
                }
                return a.Count.CompareTo(b.Count);
        }
        if (AsNumber(first) is not { } left || AsNumber(second) is not { } right)
        {
            throw JinjaException.Failed($"'{TypeName(first)}' and '{TypeName(second)}' have no order");
        }
        return left is long x && right is long y ? x.CompareTo(y) : Convert.ToDouble(left).CompareTo(Convert.ToDouble(right));
    }

    public static bool Contains(object? container, object? item) => container switch
    {
        string text => item is string part
            ? text.Contains(part, StringComparison.Ordinal)
            : throw JinjaException.Failed($"'in <string>' requires string as left operand, not {TypeName(item)}"),
        JinjaList list => list.Any(other => AreEqual(other, item)),
        JinjaDictionary dictionary => dictionary.Contains(item),
        Undefined => false,
        _ => throw JinjaException.Failed($"argument of type '{TypeName(container)}' is not iterable"),
    };

    public static object? Arithmetic(string symbol, object? left, object? right, Rendering rendering)
    {
        if (left is Undefined missing) throw missing.Error();
        if (right is Undefined missingToo) throw missingToo.Error();
        switch (symbol, left, right)
        {
            case ("+", string a, string b):
                rendering.CheckLength((long)a.Length + b.Length);
                return a + b;
            case ("+", JinjaList a, JinjaList b) when a.IsTuple == b.IsTuple:
                rendering.Step(a.Count + b.Count);
                return new JinjaList(a.Concat(b), a.IsTuple);
            case ("*", string a, long count):
                return Repeat(a, count, rendering);
            case ("*", long count, string a):
                return Repeat(a, count, rendering);
            case ("*", JinjaList a, long count):
                rendering.Step(Math.Max(0, checked(a.Count * count)));
                return new JinjaList(Enumerable.Range(0, (int)Math.Max(0, count)).SelectMany(_ => a), a.IsTuple);
            case ("%", string format, _):
                return PythonFormat.Percent(format, right, rendering);
        }
        if (AsNumber(left) is { } x && AsNumber(right) is { } y) return Calculate(symbol, x, y);
        throw JinjaException.Failed($"unsupported operand type(s) for {symbol}: '{TypeName(left)}' and '{TypeName(right)}'");
    }

    public static object Negate(object? value) => AsNumber(value) switch
    {
        long number => (object)checked(-number),
        double number => -number,
        _ => throw JinjaException.Failed($"bad operand type for unary -: '{TypeName(value)}'"),
    };

    /// <summary>A number as <see cref="long"/> or <see cref="double"/>, where booleans count as 0 and 1; else null.</summary>
    public static object? AsNumber(object? value) => value switch
    {
        bool flag => flag ? 1L : 0L,
        long or double => value,
        _ => null,
    };

    public static int ToInt32(object? value) => AsNumber(value) switch
    {
        long number => (int)Math.Clamp(number, int.MinValue, int.MaxValue),
        double number when number == Math.Truncate(number) => (int)Math.Clamp(number, int.MinValue, int.MaxValue),
        _ => throw JinjaException.Failed($"an integer is needed, not '{TypeName(value)}'"),
    };

    /// <summary>A list can hold itself.</summary>
    private static bool AreItemsEqual(object? first, object? second)
    {
        StackGuard.Check();
        return AreEqual(first, second);
    }

    /// <summary>Python compares code points, which UTF-16 units do not follow beyond the basic plane.</summary>
    private static int CompareText(string a, string b)
    {
        var common = a.AsSpan().CommonPrefixLength(b);
        if (common == a.Length || common == b.Length) return a.Length.CompareTo(b.Length);
        var (x, y) = (a[common], b[common]);
        var surrogates = char.IsSurrogate(x).CompareTo(char.IsSurrogate(y));
        return surrogates != 0 ? surrogates : x.CompareTo(y);
    }

    private static string Repeat(string text, long count, Rendering rendering)
    {
        if (count <= 0 || text.Length == 0) return "";
        rendering.CheckLength(Math.BigMul((int)Math.Min(count, int.MaxValue), text.Length));
        return new StringBuilder(text.Length * (int)count).Insert(0, text, (int)count).ToString();
    }

    private static object Calculate(string symbol, object left, object right)
    {
        if (left is long a && right is long b)
        {
            switch (symbol)
            {
                case "+": return checked(a + b);
                case "-": return checked(a - b);
                case "*": return checked(a * b);
                case "//": return FloorDivide(a, b);
                case "%": return checked(a - (FloorDivide(a, b) * b));
                case "**" when b >= 0: return Power(a, b);
            }
        }
        var (x, y) = (Convert.ToDouble(left), Convert.ToDouble(right));
        if (y == 0 && symbol is ("/" or "//" or "%")) throw JinjaException.Failed("division by zero");
        return symbol switch
        {
            "+" => x + y,
            "-" => x - y,
            "*" => x * y,
            "/" => x / y,
            "//" => Math.Floor(x / y),
            "%" => x - (Math.Floor(x / y) * y),
            _ => Math.Pow(x, y),
        };
    }

    private static long FloorDivide(long a, long b)
    {
        if (b == 0) throw JinjaException.Failed("integer division or modulo by zero");
        var quotient = b == -1 ? checked(-a) : a / b;
        return a % (b == -1 ? 1 : b) != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
    }

    private static long Power(long value, long exponent)
    {
        var result = 1L;
        for (; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0) result = checked(result * value);
            if (exponent > 1) value = checked(value * value);
        }
        return result;
    }
}
