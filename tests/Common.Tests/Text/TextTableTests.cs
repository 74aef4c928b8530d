using Athena.Common.Text;

namespace Athena.Common.Tests.Text;

internal sealed class TextTableTests
{
    [Test]
    public void Columns_are_as_wide_as_they_look_and_nothing_stands_behind_the_last()
    {
        var table = new TextTable("WHO", "ID", "NAME");
        table.Add("uid:a", "7", "山田");
        table.AddBelow("a line that makes no column wider");
        table.Add("山田山田", "12", "");
        Assert.That(table.ToString(), Is.EqualTo("""
            WHO       ID  NAME
            uid:a     7   山田
                a line that makes no column wider
            山田山田  12

            """));
    }

    [Test]
    public void Without_headings_the_first_row_is_the_first_line()
    {
        var table = new TextTable();
        table.Add("a", "b");
        Assert.That(table.ToString(), Is.EqualTo("a  b\n"));
    }
}
