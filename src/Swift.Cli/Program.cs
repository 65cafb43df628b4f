Console.WriteLine("swift");
