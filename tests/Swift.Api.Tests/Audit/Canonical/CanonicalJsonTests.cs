using System.Text;
using System.Text.Json;
using Swift.Api.Audit.Canonical;

namespace Swift.Api.Tests.Audit.Canonical;

public sealed class CanonicalJsonTests
{
    /// <summary>Numbers as RFC 8785 (appendix B) and ECMAScript spell them; then exact ones that a double cannot hold.</summary>
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("-0.0e5", "0")]
    [InlineData("1.0", "1")]
    [InlineData("100e-2", "1")]
    [InlineData("4.50", "4.5")]
    [InlineData("2e-3", "0.002")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000010000", "0.000001")]
    [InlineData("1E-7", "1e-7")]
    [InlineData("0.000000000000000000000000001", "1e-27")]
    [InlineData("1E30", "1e+30")]
    [InlineData("333333333.33333329", "333333333.33333329")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("1e21", "1e+21")]
    [InlineData("123456789012345678901.50", "123456789012345678901.5")]
    [InlineData("1234567890123456789012", "1.234567890123456789012e+21")]
    [InlineData("-5e-324", "-5e-324")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("9007199254740993", "9007199254740993")]
    public void A_number_has_one_spelling(string written, string canonical) => Of(written).ShouldBe(canonical);

    [Fact]
    public void Doubles_are_spelt_as_their_shortest_digits_however_they_were_written()
    {
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (!double.IsFinite(value)) continue;
            var shortest = value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
            // As jsonb writes it back: no exponent.
            var plain = shortest.Contains('E') && Math.Abs(value) is < 1e28 and > 1e-10
                ? decimal.Parse(shortest, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture).ToString(System.Globalization.CultureInfo.InvariantCulture)
                : shortest;
            double.Parse(Of(shortest), System.Globalization.CultureInfo.InvariantCulture).ShouldBe(value);
            if (Math.Abs(value) is < 1e15 and > 1e-5) Of(plain).ShouldBe(Of(shortest));
        }
    }

    [Fact]
    public void Members_are_ordered_by_code_units_and_strings_escape_only_what_they_must()
    {
        // The examples of RFC 8785, sections 3.2.2 and 3.2.3.
        Of("""{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}""")
            .ShouldBe("""{"literals":[null,true,false],"numbers":[333333333.33333329,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""");
        Of("""{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}""")
            .ShouldBe("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
        Of(""" { "b" : [ 1 , { } , [ ] ] , "a" : "" } """).ShouldBe("""{"a":"","b":[1,{},[]]}""");
    }

    private static string Of(string json) => Encoding.UTF8.GetString(CanonicalJson.Of(JsonElement.Parse(json)));
}
