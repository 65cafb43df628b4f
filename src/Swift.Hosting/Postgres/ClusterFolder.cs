using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Swift.Contracts.Experiments;

namespace Swift.Hosting.Postgres;

/// <summary>What a cluster keeps on disk: its data, and the port and password that are kept across starts. One process at a time has it.</summary>
internal sealed class ClusterFolder : IAsyncDisposable
{
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _folder;
    private readonly FileStream _lock;

    private ClusterFolder(string folder, FileStream @lock) => (_folder, _lock) = (folder, @lock);

    public string Data => Path.Combine(_folder, "data");

    public string ServerLog => Path.Combine(Data, "server.log");

    /// <summary>Inside the data, written when initdb was through: without it the data was never used.</summary>
    public string Initialized => Path.Combine(Data, "initialized");

    private string PasswordFile => Path.Combine(_folder, "password");

    /// <exception cref="SwiftException"><c>data_folder_in_use</c></exception>
    public static ClusterFolder Take(string folder)
    {
        folder = Directory.CreateDirectory(folder).FullName;
        try
        {
            // The kernel lets go of the lock when the process ends, however it ends.
            return new ClusterFolder(folder, new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw SwiftException.BadInput("data_folder_in_use", $"Another Swift uses {folder}. Stop it, or give this one another folder with --data.", e);
        }
    }

    /// <summary>The password of the database's only user, made at the first start.</summary>
    public string Password()
    {
        if (File.Exists(PasswordFile)) return File.ReadAllText(PasswordFile).Trim();
        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        WritePrivately(PasswordFile, password);
        return password;
    }

    /// <summary>A copy of the password for initdb, which runs as another user.</summary>
    public string CopyPassword()
    {
        var copy = Path.Combine(_folder, "initial-password");
        WritePrivately(copy, Password());
        return copy;
    }

    /// <summary>The port of the cluster: the one it had, unless somebody else took it meanwhile.</summary>
    /// <param name="running">The cluster runs, so the port is taken by itself.</param>
    public int Port(bool running)
    {
        var file = Path.Combine(_folder, "port");
        if (File.Exists(file) && int.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && (running || Bind(port) is not null))
            return port;
        port = Bind(0)!.Value;
        File.WriteAllText(file, port.ToString(CultureInfo.InvariantCulture));
        return port;
    }

    public ValueTask DisposeAsync() => _lock.DisposeAsync();

    private static void WritePrivately(string path, string text)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OnlyOwner;
        using var writer = new StreamWriter(path, options);
        writer.Write(text);
    }

    private static int? Bind(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException) when (port != 0)
        {
            return null;
        }
    }
}
